// Which days: a span until today, or any two days.

const HOUR_MS = 3_600_000;

/** 「2026-11-27」; 0: today. A day is China's, as the server counts it, wherever this browser stands. */
export const daysAgo = (days: number): string => new Date(Date.now() + (8 - 24 * days) * HOUR_MS).toISOString().slice(0, 10);

interface Days {
  from: string;
  to: string;
}

export function DayTools({ from, to, spans, onChange }: Days & { spans: readonly number[]; onChange: (days: Days) => void }) {
  const today = daysAgo(0);
  return (
    <>
      <div class="filters" role="group" aria-label="多少天">
        {spans.map((days) => {
          const start = daysAgo(days - 1);
          return <button key={days} type="button" aria-pressed={from === start && to === today} onClick={() => onChange({ from: start, to: today })}>{days === 1 ? "今天" : `近${days}天`}</button>;
        })}
      </div>
      <label class="day">从<input type="date" value={from} max={to} onChange={({ currentTarget: { value } }) => value && onChange({ from: value, to })} /></label>
      <label class="day">到<input type="date" value={to} min={from} max={today} onChange={({ currentTarget: { value } }) => value && onChange({ from, to: value })} /></label>
    </>
  );
}
