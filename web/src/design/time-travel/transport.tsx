import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
} from "@tabler/icons-react";
import { speeds } from "./play";
import css from "./transport.module.css";
import type { Play } from "./use-play";

type Props = { stop: number; last: number; play?: Play; onStop: (stop: number) => void };

/** Previous, play, next, and to either end. */
export function Transport({ stop, last, play, onStop }: Props) {
  const go = (to: number) => {
    play?.halt();
    onStop(to);
  };
  return (
    <section className={css.transport} aria-label="Move in time">
      <Button name="To the beginning" off={stop <= 0} act={() => go(0)}>
        <IconPlayerSkipBack size={16} />
      </Button>
      <Button name="Previous event" hint=", (comma)" off={stop <= 0} act={() => go(stop - 1)}>
        <IconPlayerTrackPrev size={16} />
      </Button>
      {play && (
        <Button name={play.playing ? "Pause" : "Play"} hint="K" off={last === 0} act={play.toggle} loud>
          {play.playing ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
        </Button>
      )}
      <Button name="Next event" hint=". (full stop)" off={stop >= last} act={() => go(stop + 1)}>
        <IconPlayerTrackNext size={16} />
      </Button>
      <Button name="To the end: now" off={stop >= last} act={() => go(last)}>
        <IconPlayerSkipForward size={16} />
      </Button>
      {play && (
        <fieldset className={css.speeds}>
          <legend className="visually-hidden">Speed</legend>
          {speeds.map((speed) => (
            <button
              key={speed}
              type="button"
              className={css.speed}
              aria-pressed={speed === play.speed}
              aria-label={`${speed} times as fast`}
              onClick={() => play.setSpeed(speed)}
            >
              {speed}×
            </button>
          ))}
        </fieldset>
      )}
    </section>
  );
}

type ButtonProps = {
  name: string;
  hint?: string;
  off: boolean;
  loud?: boolean;
  act: () => void;
  children: React.ReactNode;
};

function Button({ name, hint, off, loud = false, act, children }: ButtonProps) {
  return (
    <Tooltip label={hint ? `${name}   ${hint}` : name}>
      <ActionIcon
        variant={loud ? "default" : "subtle"}
        color="gray"
        size={30}
        aria-label={name}
        aria-disabled={off || undefined}
        data-disabled={off || undefined}
        onClick={off ? undefined : act}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
