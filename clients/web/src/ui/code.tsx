// The code of a visit for the doctor: letters to read out, and the same as a QR code to scan.
import { useEffect, useState } from "preact/hooks";

export function Code({ code }: { code: string }) {
  const [dots, setDots] = useState<{ path: string; size: number } | null>(null);
  useEffect(() => {
    // Seldom seen before the end: loaded then.
    void import("uqr").then(({ encode }) => {
      const { data, size } = encode(code, { ecc: "M", border: 2 });
      const path = data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : ""))).join("");
      setDots({ path, size });
    });
  }, [code]);
  return (
    <div class="code">
      <div>
        <h2>到医生那里,说这个号</h2>
        <p class="letters" aria-label={[...code].join(" ")}>{code}</p>
        <p class="hint">或者让医生扫一扫这个码。</p>
      </div>
      {dots && (
        <svg viewBox={`0 0 ${dots.size} ${dots.size}`} role="img" aria-label={`就诊号 ${code} 的二维码`} shape-rendering="crispEdges">
          <rect width={dots.size} height={dots.size} fill="#fff" />
          <path d={dots.path} fill="#000" />
        </svg>
      )}
    </div>
  );
}
