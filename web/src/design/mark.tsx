/** The mark: a small stack of stones. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="var(--accent)" aria-hidden="true">
      <path d="M3 25.2c0-2.6 5.6-3.7 13.2-3.7S29 22.7 29 25.3c0 2.5-5.2 3.7-12.9 3.7S3 27.9 3 25.2z" />
      <path
        d="M7 17.3c0-2.5 4.2-3.5 9.7-3.5 5.4 0 8.8 1.2 8.8 3.6 0 2.3-3.9 3.2-9.2 3.2S7 19.6 7 17.3z"
        opacity=".82"
      />
      <path
        d="M9.8 10.2C9.8 8 12.8 7 16.4 7c3.5 0 5.8 1.1 5.8 3.1 0 2.1-2.7 2.9-6.1 2.9s-6.3-.8-6.3-2.8z"
        opacity=".64"
      />
      <path d="M13 4.5c0-1.4 1.5-2.2 3.3-2.2 1.9 0 3 .8 3 2.1 0 1.3-1.4 1.9-3.2 1.9S13 5.7 13 4.5z" opacity=".46" />
    </svg>
  );
}
