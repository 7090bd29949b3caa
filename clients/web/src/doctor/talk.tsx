// The whole conversation, on demand.
import type { OpenedRecord, Turn } from "../api/staff";
import { Dialog } from "../staff/dialog";
import { clock } from "../staff/words";
import { askedIn } from "./sections";

export function Talk({ record, onClose }: { record: OpenedRecord; onClose: () => void }) {
  const turns: readonly Turn[] = record.turns;
  return (
    <Dialog title={`全部对话(${turns.length}轮)`} onClose={onClose} side>
      <ol class="talk">
        {turns.map((turn) => (
          <li key={turn.turn}>
            <p class="asked"><b>{turn.turn}</b>{askedIn(turn.question)}</p>
            <p class="said"><q data-verbatim>{turn.said}</q> <small>{turn.tapped ? "点选" : turn.heard ? `听到的是「${turn.heard}」` : "自己说的"} · {clock(turn.at)}</small></p>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
