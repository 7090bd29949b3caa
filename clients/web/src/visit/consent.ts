// The purposes a patient is asked about, one by one, in plain words. None is ticked beforehand. The
// version goes with the answer, so that it is known which words were agreed to: change it with them.
export const CONSENT_VERSION = "2";

export type Scope = "triage" | "record" | "audio" | "improvement" | "research";

export interface Purpose {
  scope: Scope;
  title: string;
  hint: string;
  needed?: boolean;
}

export const PURPOSES: readonly Purpose[] = [
  { scope: "triage", title: "用我说的话,看急不急、挂哪个科", hint: "就是这次问诊本身。", needed: true },
  { scope: "record", title: "把整理好的病情给看病的医生", hint: "不同意,医生看不到,您要当面再说一遍。" },
  { scope: "audio", title: "留下我的录音", hint: "不同意,录音听完就删,照样能问。" },
  { scope: "improvement", title: "去掉能认出我的内容,用来改进这台机器", hint: "可以不同意,不影响看病。" },
  { scope: "research", title: "去掉能认出我的内容,用来做医学研究", hint: "可以不同意,不影响看病。" },
];
