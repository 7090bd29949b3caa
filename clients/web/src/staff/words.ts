// Words for the identifiers that the API sends to clinicians. Labels only; nothing is decided here.
import type { ListedVisit } from "../api/staff";

export interface UrgencyWords {
  name: string;
  /** A shape beside the words, so that colour is never the only sign. */
  sign: string;
  tone: "red" | "amber" | "blue" | "green";
}

/** Most urgent first. */
export const URGENCIES: Readonly<Record<string, UrgencyWords>> = {
  immediate: { name: "立即急诊", sign: "▲▲", tone: "red" },
  within_24h: { name: "24小时内", sign: "▲", tone: "red" },
  within_1w: { name: "1周内", sign: "◆", tone: "amber" },
  routine: { name: "常规门诊", sign: "●", tone: "blue" },
  self_care: { name: "自我管理", sign: "○", tone: "green" },
};

export const ROUTES: Readonly<Record<string, string>> = {
  emergency: "立即急诊",
  urgent_referral: "24小时内转诊或当日专科",
  minimally_invasive_assessment: "微创适应证评估",
  referral_assessment: "转诊评估",
  conservative_intensified: "保守治疗强化",
  conservative: "保守治疗",
  self_care: "自我管理与安全网",
  other_department: "其他专科",
  multidisciplinary_assessment: "多学科评估",
  human_review: "人工接手",
};

/** Department names of the contract; a hospital may have others, which can be typed. */
export const DEPARTMENTS: readonly string[] = [
  "急诊科", "脊柱外科", "骨关节外科", "创伤骨科", "运动医学科", "手足外科", "小儿骨科", "骨肿瘤科", "风湿免疫科", "神经内科",
  "神经外科", "疼痛科", "康复医学科", "血管外科", "泌尿外科", "妇科", "产科", "心内科", "消化内科", "普外科", "感染科", "呼吸内科",
  "肿瘤科", "皮肤科", "内分泌科", "精神心理科", "儿科", "全科医学科",
];

/** What each red flag looks at, as the records name it. */
export const FLAGS: Readonly<Record<string, string>> = {
  cauda_equina: "鞍区与二便", progressive_motor_deficit: "肌力", myelopathy: "手活与步态", infection: "发热与感染",
  malignancy: "消瘦与肿瘤史", fracture: "外伤与骨质", vascular_aaa: "撕裂样痛与主动脉", limb_ischemia: "肢体血供", stroke: "言语与偏身",
  cardiac: "胸部与呼吸", dvt: "单侧腿肿", visceral: "腹部与泌尿", inflammatory: "晨僵与炎性腰背痛", pediatric: "儿童警示",
  acute_neuropathy: "上行无力", motor_neurone: "肌萎缩与肉跳", septic_joint: "关节红热", compartment: "伤肢剧痛肿胀",
  haematoma: "抗凝或穿刺后", postoperative: "术后异常", zoster: "带状皮疹", gi_bleed: "黑便呕血", giant_cell_arteritis: "颞部痛与视力",
  pregnancy: "孕产", self_harm: "自伤想法", cervical_instability: "颈椎稳定性", rhabdomyolysis: "肌痛与尿色",
};

export const FLAG_STATUS: Readonly<Record<string, string>> = { present: "有", suspected: "可疑", excluded: "已否认", unknown: "未问全" };
export const CHANNELS: Readonly<Record<string, string>> = { miniprogram: "小程序", kiosk: "问诊机", web: "手机网页", api: "接口" };
export const ROLES: Readonly<Record<string, string>> = { nurse: "护士", doctor: "医生", editor: "词条编辑", admin: "管理员", auditor: "审计员" };
export const SPEAKERS: Readonly<Record<string, string>> = { self: "本人说", relative: "家人代说", parent: "家长代说" };
export const REVIEWS: Readonly<Record<string, string>> = { unreviewed: "未看", in_progress: "在看", confirmed: "已确认", changed: "已确认,有改动" };
/** What members of staff did, as the audit names it. */
export const ACTIONS: Readonly<Record<string, string>> = {
  signed_in: "登录", sign_in_failed: "登录失败", locked: "账号被锁", signed_out: "退出", listed: "看名单", read: "看记录", similar_read: "看相似的就诊", reviewed: "审核记录",
  desk: "服务台接待", misunderstood: "标出理解错", audit_read: "看审计", phrases_read: "看理解错的话", account_added: "建账号",
  account_removed: "删账号", account_unlocked: "解锁账号", account_reset: "重置账号", code_shown: "显示动态码",
};
export const PARTS: Readonly<Record<string, string>> = { department: "科室", route: "路径", urgency: "急缓" };

/** An identifier without words is shown as it is rather than hidden. */
export const wordOf = (words: Readonly<Record<string, string>>, id: string): string => words[id] ?? id;

/** 「女 68岁」 */
export function person({ age, sex }: { age?: number | null; sex?: string | null }): string {
  const years = age == null ? "" : age < 2 ? `${Math.round(age * 12)}个月` : `${Math.floor(age)}岁`;
  return [sex === "male" ? "男" : sex === "female" ? "女" : "", years].filter(Boolean).join(" ");
}

const two = (value: number): string => String(value).padStart(2, "0");

/** 「14:05」, with the day when it is not today. */
export function clock(at: string, now = new Date()): string {
  const then = new Date(at);
  const time = `${two(then.getHours())}:${two(then.getMinutes())}`;
  return then.toDateString() === now.toDateString() ? time : `${then.getMonth() + 1}月${then.getDate()}日 ${time}`;
}

/** 「12分钟」, 「3小时」; how long somebody has been waiting. */
export function waited(since: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / 60_000));
  return minutes < 1 ? "刚到" : minutes < 60 ? `${minutes}分钟` : minutes < 1440 ? `${Math.floor(minutes / 60)}小时` : `${Math.floor(minutes / 1440)}天`;
}

/** 「3月前」 */
export function ago(days: number): string {
  if (days <= 0) return "今天";
  if (days < 14) return `${days}天前`;
  if (days < 60) return `${Math.round(days / 7)}周前`;
  if (days < 730) return `${Math.round(days / 30)}月前`;
  return `${Math.round(days / 365)}年前`;
}

/** What stands of a visit: under way or finished, looked at or not. */
export function standing(visit: ListedVisit): string {
  if (visit.review.status !== "unreviewed") return wordOf(REVIEWS, visit.review.status);
  return visit.done ? "问完,未看" : "正在问";
}
