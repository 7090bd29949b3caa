// Small parts that every screen shares.

/** Name and sign of the product. */
export function Mark() {
  return (
    <span class="mark">
      <svg viewBox="0 0 48 48" width="32" height="32" aria-hidden="true">
        <rect width="48" height="48" rx="13" fill="#0b5a4b" />
        <g fill="#fff">
          <rect x="18" y="7" width="12" height="5.4" rx="2.7" />
          <rect x="15.6" y="14.4" width="13" height="5.6" rx="2.8" />
          <rect x="15" y="22" width="14" height="5.8" rx="2.9" />
          <rect x="17" y="29.8" width="15" height="6" rx="3" />
          <rect x="21" y="37.6" width="12" height="4.6" rx="2.3" fill="#f3c46b" />
        </g>
      </svg>
      <b>脊问</b>
    </span>
  );
}

/** Says that a machine speaks (C12). */
export function AiLabel({ text = "人工智能提问,不是医生" }: { text?: string }) {
  return (
    <span class="ai">
      <b>AI</b> {text}
    </span>
  );
}
