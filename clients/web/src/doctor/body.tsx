// A small body, front and back, with numbered marks. As a doctor faces the patient: in front, the
// patient's right is on the left of the picture; behind, on the right.
import type { OpenedRecord } from "../api/staff";
import { BACK, FRONT, HEAD, type Shape } from "../ui/body";

type Mark = OpenedRecord["body"][number];

/** Which shapes of the picture a place of the knowledge graph is, in front and behind. */
const PLACES: Readonly<Record<string, { front?: string[]; back?: string[] }>> = {
  NECK: { front: ["脖子"], back: ["脖子"] }, NAPE: { back: ["脖子"] }, THROAT: { front: ["脖子"] },
  SHOULDER: { front: ["肩膀"], back: ["肩膀后面"] }, SCAPULA: { back: ["后背"] }, INTERSCAP: { back: ["后背"] }, BACK: { back: ["后背"] },
  SPINE: { back: ["腰正中"] }, LUMBAR: { back: ["腰"] }, FLANK: { back: ["腰"] }, KIDNEY: { back: ["腰"] }, SACRUM: { back: ["尾巴骨"] },
  COCCYX: { back: ["尾巴骨"] }, SIJ: { back: ["屁股"] }, BUTTOCK: { back: ["屁股"] }, ANUS: { back: ["尾巴骨"] }, PERINEUM: { front: ["大腿根"] },
  GENITAL: { front: ["大腿根"] }, GROIN: { front: ["大腿根"] }, HIP: { front: ["胯"] }, CHEST: { front: ["胸口"] }, RIB: { front: ["胸口"] },
  ABDOMEN: { front: ["肚子"] }, EPIGAST: { front: ["肚子"] }, LOWABD: { front: ["肚子"] }, BLADDER: { front: ["肚子"] },
  ARM: { front: ["上胳膊", "小胳膊"] }, UPPERARM: { front: ["上胳膊"] }, ARMPIT: { front: ["肩膀"] }, ELBOW: { front: ["胳膊肘"] },
  FOREARM: { front: ["小胳膊"] }, WRIST: { front: ["手腕"] }, HAND: { front: ["手"] }, FINGER: { front: ["手"] },
  LEG: { front: ["大腿前面", "小腿前面"] }, THIGH: { front: ["大腿前面"] }, THIGH_ANT: { front: ["大腿前面"] }, THIGH_LAT: { front: ["大腿外侧"] },
  THIGH_POST: { back: ["大腿后面"] }, KNEE: { front: ["膝盖"] }, POPLITEAL: { back: ["膝盖窝"] }, CALF: { back: ["小腿肚"] }, SHIN: { front: ["小腿前面"] },
  ANKLE: { front: ["脚脖子"] }, FOOT: { front: ["脚背"] }, DORSUM: { front: ["脚背"] }, TOE: { front: ["脚背"] }, HEEL: { back: ["脚后跟"] }, SOLE: { back: ["脚后跟"] },
};

const SIDES: Readonly<Record<string, string>> = { left: "左", right: "右", bilateral: "双侧", midline: "正中" };

/** +1: as drawn (a mirror, the patient's right on the right); -1: flipped. */
const VIEWS = [
  { name: "正面", shapes: FRONT, flip: -1, part: "front" },
  { name: "背面", shapes: BACK, flip: 1, part: "back" },
] as const;

interface Place {
  shape: Shape;
  /** The left half is the mirror of the right one. */
  mirrored: boolean;
}

function placesOf(mark: Mark, view: (typeof VIEWS)[number]): Place[] {
  const parts = PLACES[mark.site.replace("BP.", "")]?.[view.part] ?? [];
  return view.shapes
    .filter((shape) => parts.includes(shape.part))
    .flatMap((shape): Place[] => {
      if (shape.middle || mark.side === "right") return [{ shape, mirrored: false }];
      if (mark.side === "left") return [{ shape, mirrored: true }];
      return [{ shape, mirrored: false }, { shape, mirrored: true }];
    });
}

export function BodyPicture({ marks }: { marks: readonly Mark[] }) {
  return (
    <div class="body" aria-hidden="true">
      <div class="pictures">
        {VIEWS.map((view) => (
          <figure key={view.name}>
            <svg viewBox="-118 4 236 540">
              <g transform={`scale(${view.flip} 1)`}>
                <path d={HEAD} class="plain" />
                {view.shapes.flatMap((shape) => [false, ...(shape.middle ? [] : [true])].map((mirrored) => <path key={`${shape.part}${mirrored}`} d={shape.d} class="plain" transform={mirrored ? "scale(-1 1)" : undefined} />))}
                {marks.flatMap((mark) => placesOf(mark, view).map(({ shape, mirrored }) => <path key={`${mark.site}${mark.side}${shape.part}${mirrored}`} d={shape.d} class="hurt" transform={mirrored ? "scale(-1 1)" : undefined} />))}
              </g>
              {marks.flatMap((mark, at) =>
                placesOf(mark, view).slice(0, mark.side === "bilateral" ? 2 : 1).map(({ shape, mirrored }) => {
                  const [middle, y] = middleOf(shape.d);
                  const x = shape.middle ? 0 : middle;
                  return <Number key={`${at}${mirrored}`} at={at + 1} x={x * (mirrored ? -1 : 1) * view.flip} y={y} />;
                }),
              )}
              <text x={-100} y={40} class="hand">{view.flip < 0 ? "右" : "左"}</text>
              <text x={66} y={40} class="hand">{view.flip < 0 ? "左" : "右"}</text>
            </svg>
            <figcaption>{view.name}</figcaption>
          </figure>
        ))}
      </div>
    </div>
  );
}

/** The same in words, with the numbers of the picture. */
export function Places({ marks }: { marks: readonly Mark[] }) {
  return (
    <>
      <h3>部位</h3>
      {marks.length === 0 && <p class="hint small">没说是哪里。</p>}
      <ol class="marks">
        {marks.map((mark) => <li key={mark.site + mark.side} data-verbatim><b>{SIDES[mark.side] ?? ""}{mark.name}</b> {mark.concepts.join("、")}</li>)}
      </ol>
    </>
  );
}

function Number({ at, x, y }: { at: number; x: number; y: number }) {
  return <g class="number"><circle cx={x} cy={y} r="30" /><text x={x} y={y + 15} text-anchor="middle">{at}</text></g>;
}

/** About the middle of a shape: of the corners that its path names. All commands here but `a`, `h` and `v` give points. */
function middleOf(d: string): [number, number] {
  const points = [...d.matchAll(/[MLQ]([-\d. ]+)/g)].flatMap((found) => {
    const numbers = (found[1] ?? "").trim().split(/\s+/).map(parseFloat);
    return numbers.flatMap((x, at): [number, number][] => (at % 2 === 0 && numbers[at + 1] !== undefined ? [[x, numbers[at + 1] as number]] : []));
  });
  // A circle starts at its left end: `M x ya rx …`.
  const circle = /^M([-\d.]+) ([-\d.]+)a([\d.]+) /.exec(d);
  if (circle) return [parseFloat(circle[1] ?? "0") + parseFloat(circle[3] ?? "0"), parseFloat(circle[2] ?? "0")];
  const span = (values: number[]): number => (Math.min(...values) + Math.max(...values)) / 2;
  return [span(points.map(([x]) => x)), span(points.map(([, y]) => y))];
}
