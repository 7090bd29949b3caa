// Short names for the types of the OpenAPI document. `npm run api` writes schema.ts anew.
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Reply = Schemas["Reply"];
export type Question = Schemas["Question"];
export type Option = Schemas["ChoiceOption"];
export type Alert = Schemas["Alert"];
export type Assessment = Schemas["Assessment"];
export type Finding = Schemas["Finding"];
export type NewSession = Schemas["NewSession"];
export type NewTurn = Schemas["NewTurn"];
export type Opened = Schemas["OpenedSession"];
export type TurnAnswer = Schemas["TurnAnswer"];
export type Session = Schemas["Session"];
export type SiteInfo = Schemas["SiteInfo"];
export type ProblemBody = Schemas["Problem"];
