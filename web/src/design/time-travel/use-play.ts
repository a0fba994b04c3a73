import { useEffect, useState } from "react";
import { following, pause, type Speed } from "./play";

type Options = {
  stop: number;
  last: number;
  /** Whether what belongs to the stop is on the page: the next one waits for it. */
  ready: boolean;
  onStop: (stop: number) => void;
};

export type Play = {
  playing: boolean;
  speed: Speed;
  toggle: () => void;
  halt: () => void;
  setSpeed: (speed: Speed) => void;
};

/** Goes on by itself, stop by stop, until the last one. */
export function usePlay({ stop, last, ready, onStop }: Options): Play {
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(1);
  const over = stop >= last;

  useEffect(() => {
    if (!playing || !ready) {
      return;
    }
    if (over) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => onStop(following(stop, last, speed)), pause(speed));
    return () => clearTimeout(timer);
  }, [playing, ready, over, stop, last, speed, onStop]);

  const toggle = () => {
    if (!playing && over) {
      onStop(0);
    }
    setPlaying(!playing);
  };
  return { playing, speed, toggle, halt: () => setPlaying(false), setSpeed };
}
