/** The server's words begin small, without a full stop, with code in back ticks; on the page they are a sentence. */
export function sentence(text: string): string {
  const quoted = text.trim().replaceAll(/`([^`]+)`/g, "“$1”");
  const begun = quoted.charAt(0).toUpperCase() + quoted.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
