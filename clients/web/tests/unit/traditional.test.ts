// The reduced words write what the whole of OpenCC writes, for everything that a patient is told.
import { ConverterFactory } from "opencc-js/core";
import characters from "opencc-js/dict/STCharacters";
import phrases from "opencc-js/dict/STPhrases";
import { expect, test } from "vitest";
import { told, words } from "../../build/traditional.ts";

test("what_patients_are_told_is_written_as_the_whole_of_opencc_writes_it", () => {
  const ours = words();
  const reduced = ConverterFactory([ours.phrases, ours.characters]);
  const whole = ConverterFactory([phrases, characters]);
  const all = told();
  expect(all.length).toBeGreaterThan(1000);
  expect(all.filter((one) => reduced(one) !== whole(one))).toEqual([]);
  expect(reduced("后面发麻")).toBe("後面發麻");
});
