import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Preset } from '../time-range.ts';

/** Puts a range into the address and keeps everything else there. */
export function useRangeChoice() {
  const navigate = useNavigate();
  return useMemo(
    () => ({
      choosePreset: (range: Preset) =>
        void navigate({
          to: '.',
          search: ({ from: _from, to: _to, ...rest }) => ({
            ...rest,
            range,
            from: undefined,
            to: undefined,
          }),
        }),
      /** Milliseconds since 1970. */
      chooseSpan: (from: number, to: number) =>
        void navigate({
          to: '.',
          search: ({ range: _range, ...rest }) => ({
            ...rest,
            range: undefined,
            from: new Date(from).toISOString(),
            to: new Date(to).toISOString(),
          }),
        }),
    }),
    [navigate],
  );
}
