// Modules without types of their own.
declare module "virtual:traditional" {
  export const characters: string;
  export const phrases: string;
}
declare module "opencc-js/dict/STCharacters" {
  const dictionary: string | readonly (readonly [string, string])[];
  export default dictionary;
}
declare module "opencc-js/dict/STPhrases" {
  const dictionary: string | readonly (readonly [string, string])[];
  export default dictionary;
}
