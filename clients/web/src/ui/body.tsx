// A body to tap. As in a mirror: right on the picture is the patient's own right, in front and behind.
// What is tapped becomes words, and the words are sent as any other answer.
import { useState } from "preact/hooks";

/** A shape on the right half, or in the middle; the left half is its mirror. Drawn around x = 0. */
export interface Shape {
  part: string;
  d: string;
  /** In the middle: no side. */
  middle?: boolean;
}

/** A limb: wide `a` at one end, `b` at the other, round at both. */
function limb(x1: number, y1: number, a: number, x2: number, y2: number, b: number): string {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const nx = (y2 - y1) / length;
  const ny = -(x2 - x1) / length;
  const at = (x: number, y: number, wide: number): string => `${(x + (nx * wide) / 2).toFixed(1)} ${(y + (ny * wide) / 2).toFixed(1)}`;
  return `M${at(x1, y1, a)}L${at(x2, y2, b)}A${b / 2} ${b / 2} 0 0 1 ${at(x2, y2, -b)}L${at(x1, y1, -a)}A${a / 2} ${a / 2} 0 0 1 ${at(x1, y1, a)}Z`;
}

function round(x: number, y: number, rx: number, ry = rx): string {
  return `M${x - rx} ${y}a${rx} ${ry} 0 1 0 ${rx * 2} 0a${rx} ${ry} 0 1 0 ${-rx * 2} 0Z`;
}

export const HEAD = round(0, 40, 25, 31);

const ARM: Shape[] = [
  { part: "上胳膊", d: limb(62, 126, 25, 72, 176, 21) },
  { part: "胳膊肘", d: round(76, 199, 13) },
  { part: "小胳膊", d: limb(80, 222, 20, 88, 262, 16) },
  { part: "手腕", d: round(92, 282, 9.5) },
  { part: "手", d: round(97, 309, 14, 19) },
];

export const FRONT: Shape[] = [
  { part: "脖子", middle: true, d: "M-12 70H12V80Q12 86 24 90H-24Q-12 86 -12 80Z" },
  { part: "胸口", middle: true, d: "M-30 93H30Q38 94 38 106L36 160Q36 164 32 164H-32Q-36 164 -36 160L-38 106Q-38 94 -30 93Z" },
  { part: "肩膀", d: "M41 96Q62 94 71 112Q72 118 66 116Q52 112 43 116Q40 104 41 96Z" },
  { part: "肚子", middle: true, d: "M-33 168H33Q36 168 36 172Q35 200 39 226Q39 230 35 230H-35Q-39 230 -39 226Q-35 200 -36 172Q-36 168 -33 168Z" },
  { part: "胯", d: "M26 234H40Q47 250 49 274Q49 279 44 278L30 272Q26 270 26 264Z" },
  { part: "大腿根", d: "M2 234H22V264Q22 270 18 274L8 284Q2 284 2 276Z" },
  { part: "大腿前面", d: "M9 289L22 277Q28 275 33 279Q37 320 36 358Q36 364 30 364H16Q11 364 10 358Q5 320 5 298Q5 292 9 289Z" },
  { part: "大腿外侧", d: "M38 281L47 284Q51 285 51 290Q50 330 46 358Q45 363 41 362Q40 362 40 358Q41 318 37 285Z" },
  { part: "膝盖", d: round(28, 383, 17, 15.5) },
  { part: "小腿前面", d: "M14 403Q24 399 31 403Q33 440 30 474Q30 479 26 479H19Q15 479 15 474Q10 440 12 406Z" },
  { part: "小腿外侧", d: "M35 403Q44 401 45 408Q47 436 38 474Q37 478 34 477Q33 477 34 472Q37 440 34 406Z" },
  { part: "脚脖子", d: round(26, 492, 11, 9.5) },
  { part: "脚背", d: "M17 505Q26 501 35 505Q44 520 43 530Q42 537 30 537Q18 537 16 530Q14 520 17 505Z" },
  ...ARM,
];

export const BACK: Shape[] = [
  { part: "脖子", middle: true, d: "M-12 66H12V80Q12 86 24 90H-24Q-12 86 -12 80Z" },
  { part: "肩膀后面", d: "M41 96Q62 94 71 112Q72 118 66 116Q52 112 43 116Q40 104 41 96Z" },
  { part: "后背", d: "M2 93H30Q38 94 38 106L36 164Q36 168 32 168H6Q2 168 2 164Z" },
  { part: "腰正中", middle: true, d: "M-10 172H10Q13 172 13 176V214Q13 218 10 218H-10Q-13 218 -13 214V176Q-13 172 -10 172Z" },
  { part: "腰", d: "M17 172H33Q36 172 36 176Q35 200 38 214Q39 218 35 218H21Q17 218 17 214Z" },
  { part: "尾巴骨", middle: true, d: "M-11 222H11Q14 223 12 228L3 250Q0 255 -3 250L-12 228Q-14 223 -11 222Z" },
  { part: "屁股", d: "M18 222H36Q42 223 45 236Q49 254 49 272Q47 284 26 284Q4 284 3 270L4 258Q12 242 18 222Z" },
  { part: "大腿后面", d: "M6 289Q26 292 48 285Q51 320 45 358Q44 364 38 364H18Q12 364 11 358Q4 320 6 289Z" },
  { part: "膝盖窝", d: round(28, 383, 17, 15.5) },
  { part: "小腿肚", d: "M14 403Q28 398 42 403Q48 430 37 474Q36 479 31 479H22Q17 479 16 474Q7 430 14 403Z" },
  { part: "脚脖子", d: round(26, 492, 11, 9.5) },
  { part: "脚后跟", d: "M17 505Q26 501 35 505Q39 518 37 529Q33 537 26 537Q19 537 15 529Q13 518 17 505Z" },
  ...ARM,
];

/** Not on the picture, still in the list. */
const ELSEWHERE = ["脚底", "手指", "脚趾"];

const FEELINGS = [
  { id: "疼", word: "疼" },
  { id: "麻", word: "麻" },
  { id: "没劲", word: "没劲" },
  { id: "肿", word: "肿" },
  { id: "僵", word: "发僵" },
];

type Side = "左边" | "右边" | "";

/** 「右边小腿外侧」 */
export const nameOf = (part: string, side: Side): string => `${side}${part}`;

/** What the tapped parts say, in the patient's place: 「右边小腿外侧麻,腰正中疼」. */
export function sayParts(parts: string[], feelings: string[]): string {
  if (!feelings.length) return parts.join("、");
  return feelings.flatMap((feeling) => parts.map((part) => part + feeling)).join(",");
}

interface Props {
  /** `feelings`: ask also what it is like. */
  feelings: boolean;
  onSay: (text: string) => void;
}

export function BodyMap({ feelings: asksFeelings, onSay }: Props) {
  const [behind, setBehind] = useState(false);
  const [byWords, setByWords] = useState(false);
  const [parts, setParts] = useState<string[]>([]);
  const [feelings, setFeelings] = useState<string[]>([]);
  const toggle = (list: string[], one: string): string[] => (list.includes(one) ? list.filter((other) => other !== one) : [...list, one]);
  const shapes = behind ? BACK : FRONT;
  const words = sayParts(parts, feelings);
  return (
    <div class="body-map">
      <div class="switch" role="group" aria-label="看哪一面">
        <button type="button" class="button plain" aria-pressed={!behind} onClick={() => setBehind(false)}>身前</button>
        <button type="button" class="button plain" aria-pressed={behind} onClick={() => setBehind(true)}>身后</button>
        <button type="button" class="button plain" aria-pressed={byWords} onClick={() => setByWords(!byWords)}>用字选</button>
      </div>
      {byWords ? (
        <div class="words">
          {[...new Set([...shapes.map((shape) => shape), ...ELSEWHERE.map((part): Shape => ({ part, d: "" }))])].map((shape) => (
            <div key={shape.part} class="word-row">
              {(shape.middle ? [""] : (["左边", "右边"] as const)).map((side) => {
                const name = nameOf(shape.part, side as Side);
                return (
                  <button key={name} type="button" class="button plain" aria-pressed={parts.includes(name)} onClick={() => setParts(toggle(parts, name))}>
                    {name}
                  </button>
                );
              })}
            </div>
          ))}
        </div>
      ) : (
        <figure>
          <span class="side left">您的<br />左边</span>
          <svg viewBox="-128 4 256 540" role="group" aria-label={behind ? "身体背面" : "身体正面"}>
            <path d={HEAD} class="head" />
            {!behind && <path d="M-9 36h.1M9 36h.1M-7 52q7 5 14 0" class="face" />}
            {shapes.flatMap((shape) =>
              (shape.middle ? ([""] as const) : (["右边", "左边"] as const)).map((side) => {
                const name = nameOf(shape.part, side);
                return (
                  <path
                    key={name}
                    d={shape.d}
                    class="part"
                    transform={side === "左边" ? "scale(-1 1)" : undefined}
                    role="checkbox"
                    aria-checked={parts.includes(name)}
                    aria-label={name}
                    tabIndex={0}
                    onClick={() => setParts(toggle(parts, name))}
                    onKeyDown={(event) => {
                      if (event.key !== " " && event.key !== "Enter") return;
                      event.preventDefault();
                      setParts(toggle(parts, name));
                    }}
                  />
                );
              }),
            )}
          </svg>
          <span class="side right">您的<br />右边</span>
        </figure>
      )}
      <div class="chosen" aria-live="polite">
        {parts.length ? <p>您点了:<strong>{parts.join("、")}</strong></p> : <p class="hint">点一点不舒服的地方,可以点几处。再点一下就去掉。</p>}
      </div>
      {asksFeelings && parts.length > 0 && (
        <div class="feelings" role="group" aria-label="怎么不舒服">
          <span>怎么不舒服?</span>
          {FEELINGS.map((feeling) => (
            <button key={feeling.id} type="button" class="button plain" aria-pressed={feelings.includes(feeling.word)} onClick={() => setFeelings(toggle(feelings, feeling.word))}>
              {feeling.id}
            </button>
          ))}
        </div>
      )}
      <button type="button" class="button main wide" disabled={!parts.length} onClick={() => onSay(words)}>
        {parts.length ? `就是这里:${words}` : "先点一点"}
      </button>
    </div>
  );
}
