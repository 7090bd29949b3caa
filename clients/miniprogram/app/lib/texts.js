/**
 * Words of the screens themselves: purposes of consent and names of the API's closed sets. No sentence
 * about health stands here; those come from the service.
 */

/** Version of the purposes below; it goes into the consent. Change it with every change of a sentence. */
const CONSENT_VERSION = '1';

/** Purposes, each on its own. `needed` is said to be needed; the service is what refuses without it. */
const PURPOSES = [
  { id: 'triage', label: '用我说的话来判断急不急、挂哪个科', needed: true, note: '不同意就不能开始。' },
  { id: 'record', label: '把整理好的病情交给接诊医生', needed: false, note: '可以不同意。医生就要从头问您。' },
  { id: 'audio', label: '留下我说话的录音', needed: false, note: '可以不同意。不同意时,听完就删。' },
  { id: 'improvement', label: '用去掉个人信息的内容改进本服务', needed: false, note: '可以不同意,不影响使用。' },
  { id: 'research', label: '用去掉个人信息的内容做医学研究', needed: false, note: '可以不同意,不影响使用。' },
];

/** How soon, by the API's `urgency`. @type {Record<string, string>} */
const URGENCY = {
  immediate: '请现在就去急诊',
  within_24h: '请在24小时内去看',
  within_1w: '请在1周内去看',
  routine: '平常挂号去看就可以',
  self_care: '可以先在家看看',
};

/** Under this age, in years, a guardian speaks. Source: Personal Information Protection Law of the PRC (2021), art. 31. */
const GUARDIAN_AGE = 14;

module.exports = { CONSENT_VERSION, PURPOSES, URGENCY, GUARDIAN_AGE };
