import { Button } from "@mantine/core";
import {
  IconChevronRight,
  IconDownload,
  IconShieldCheck,
  IconShieldExclamation,
  IconShieldHalf,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { asProblem } from "@/api/problem";
import { evidenceUrl, planProofQuery, useSign } from "@/api/proof";
import type { PlanProof } from "@/api/types";
import { CopyText } from "@/design/copy-text";
import { Moment } from "@/design/moment";
import { ProblemNote } from "@/design/problem-note";
import css from "./proof-badge.module.css";
import { proofWords } from "./proof-words";

const icons = { done: IconShieldCheck, neutral: IconShieldHalf, fail: IconShieldExclamation };

/** Whether this plan's history is as it was written, how far it is signed for, and how to check it oneself. */
export function ProofBadge({ planId }: { planId: string }) {
  const proof = useQuery(planProofQuery(planId));
  if (proof.error) {
    const isSilent = asProblem(proof.error).code === "proof.not-signing";
    return isSilent ? null : <ProblemNote problem={proof.error} doing="check the history" />;
  }
  if (proof.data === undefined) {
    return <div className={css.waiting} role="status" aria-label="Checking the history" />;
  }
  return <Told planId={planId} proof={proof.data} />;
}

function Told({ planId, proof }: { planId: string; proof: PlanProof }) {
  const [open, setOpen] = useState(false);
  const details = useId();
  const sign = useSign();
  const { tone, claim, detail } = proofWords(proof);
  const Icon = icons[tone];
  return (
    <section className={css.badge} data-tone={tone} aria-label="Proof">
      <div className={css.line}>
        <Icon className={css.sign} size={20} stroke={1.7} aria-hidden="true" />
        <p className={css.claim}>
          <strong>{claim}</strong>
          {proof.checkpoint && tone !== "fail" && (
            <span className={css.when}>
              signed <Moment at={proof.checkpoint.at} />
            </span>
          )}
        </p>
        <div className={css.tools}>
          <button
            type="button"
            className={css.more}
            aria-expanded={open}
            aria-controls={details}
            onClick={() => setOpen(!open)}
          >
            <IconChevronRight size={14} aria-hidden="true" />
            How to check it
          </button>
          {proof.status === "unsigned" && (
            <Button size="compact-sm" variant="default" loading={sign.isPending} onClick={() => sign.mutate()}>
              Sign now
            </Button>
          )}
          {proof.status !== "broken" && (
            <Button
              component="a"
              size="compact-sm"
              variant="default"
              href={evidenceUrl(planId)}
              download
              leftSection={<IconDownload size={14} aria-hidden="true" />}
            >
              Evidence
            </Button>
          )}
        </div>
      </div>
      {tone === "fail" && <p className={css.fault}>{detail}</p>}
      <ProblemNote problem={sign.error} doing="sign" />
      {open && (
        <div id={details} className={css.details}>
          {tone !== "fail" && <p>{detail}</p>}
          <p>
            Each event is chained to the one before by its hash, and the server signs for the ends of all chains. The
            evidence is one page with everything inside that proves this plan. Check it on any machine, without a
            network:
          </p>
          <code className={css.command}>{proof.command}</code>
          {proof.checkpoint && (
            <dl>
              <dt>Signed</dt>
              <dd>
                {proof.checkpoint.events} events in {proof.checkpoint.streams} streams, up to position{" "}
                {proof.checkpoint.position}
              </dd>
              <dt>Key</dt>
              <dd>
                <CopyText text={proof.checkpoint.key} what="key id" shown={proof.checkpoint.key} />
              </dd>
              <dt>Root</dt>
              <dd>
                <CopyText text={proof.checkpoint.root} what="root" shown={`${proof.checkpoint.root.slice(0, 24)}…`} />
              </dd>
            </dl>
          )}
        </div>
      )}
    </section>
  );
}
