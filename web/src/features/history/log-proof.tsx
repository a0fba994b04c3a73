import { Button } from "@mantine/core";
import { IconDownload, IconShieldCheck, IconShieldExclamation, IconShieldHalf } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { asProblem } from "@/api/problem";
import { checkpointsUrl, proofQuery, useSign } from "@/api/proof";
import { Moment } from "@/design/moment";
import { ProblemNote } from "@/design/problem-note";
import css from "./proof-badge.module.css";

/** How far the whole log is signed for, and the file to keep elsewhere. */
export function LogProof() {
  const proof = useQuery(proofQuery);
  const sign = useSign();
  if (proof.error) {
    const isSilent = asProblem(proof.error).code === "proof.not-signing";
    return isSilent ? null : <ProblemNote problem={proof.error} doing="read the proof" />;
  }
  if (proof.data === undefined) {
    return <div className={css.waiting} role="status" aria-label="Reading the proof" />;
  }
  const { checkpoint, head, trouble } = proof.data;
  const isCurrent = checkpoint !== null && checkpoint !== undefined && checkpoint.position === head;
  const tone = trouble ? "fail" : isCurrent ? "done" : "neutral";
  const Icon = trouble ? IconShieldExclamation : isCurrent ? IconShieldCheck : IconShieldHalf;
  return (
    <section className={css.badge} data-tone={tone} aria-label="Proof">
      <div className={css.line}>
        <Icon className={css.sign} size={20} stroke={1.7} aria-hidden="true" />
        <p className={css.claim}>
          <strong>{checkpoint ? `Signed up to position ${checkpoint.position}` : "Not signed for yet"}</strong>
          <span className={css.when}>
            {checkpoint && <Moment at={checkpoint.at} />}
            {checkpoint && !isCurrent && `, the log is at ${head}`}
          </span>
        </p>
        <div className={css.tools}>
          {!isCurrent && head > 0 && (
            <Button size="compact-sm" variant="default" loading={sign.isPending} onClick={() => sign.mutate()}>
              Sign now
            </Button>
          )}
          {checkpoint && (
            <Button
              component="a"
              size="compact-sm"
              variant="default"
              href={checkpointsUrl}
              download
              leftSection={<IconDownload size={14} aria-hidden="true" />}
            >
              Checkpoints
            </Button>
          )}
        </div>
      </div>
      {trouble && <p className={css.fault}>{trouble}</p>}
      <ProblemNote problem={sign.error} doing="sign" />
    </section>
  );
}
