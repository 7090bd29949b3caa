// Words that the screens make: sorting the closing text, and saying what was tapped.
import { expect, test } from "vitest";
import { sayParts } from "../../src/ui/body.tsx";
import { sortWords } from "../../src/visit/result.ts";
import { asked, lead } from "../../src/visit/visit.ts";

const CLOSING = `建议先看骨关节外科。
平常预约就可以。
做过的检查和片子请带上。
髋和膝的骨头关节,由这个科看
出现下面任何一样,请马上去急诊
1. 大便控制不住
2. 发烧加背痛
谢谢您,您说的我都交给医生。`;

test("the_closing_words_are_sorted_and_none_is_lost", () => {
  const words = sortWords(CLOSING);
  expect(words.bring).toEqual(["做过的检查和片子请带上。"]);
  expect(words.signsTitle).toBe("出现下面任何一样,请马上去急诊");
  expect(words.signs).toEqual(["大便控制不住", "发烧加背痛"]);
  expect(words.steps).toEqual(["建议先看骨关节外科。", "平常预约就可以。", "髋和膝的骨头关节,由这个科看", "谢谢您,您说的我都交给医生。"]);
  const kept = [...words.steps, ...words.bring, words.signsTitle, ...words.signs];
  expect(kept.length).toBe(CLOSING.split("\n").length);
});

test("a_text_without_a_list_is_steps", () => {
  expect(sortWords("请去急诊科。\n现在就去,走不了就打120。")).toEqual({ steps: ["请去急诊科。", "现在就去,走不了就打120。"], bring: [], signsTitle: "", signs: [] });
});

test("parts_and_feelings_become_a_sentence", () => {
  expect(sayParts(["右边小腿外侧"], [])).toBe("右边小腿外侧");
  expect(sayParts(["腰正中", "右边屁股"], ["疼"])).toBe("腰正中疼,右边屁股疼");
  expect(sayParts(["右手"], ["疼", "麻"])).toBe("右手疼,右手麻");
});

test("the_question_is_the_last_paragraph", () => {
  const reply = { text: "好。\n要问清楚。\n哪里疼?", question: null, alert: null, done: false };
  expect(asked(reply)).toBe("哪里疼?");
  expect(lead(reply)).toEqual(["好。", "要问清楚。"]);
});
