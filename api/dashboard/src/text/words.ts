/** Every text of the page, in the language that the person has chosen. */

import { preferences, type Language } from "../lib/preferences.svelte";
import * as enAccess from "./en/access";
import * as enAlerts from "./en/alerts";
import * as enCards from "./en/cards";
import * as enCounter from "./en/counter";
import * as enFootage from "./en/footage";
import * as enFrame from "./en/frame";
import * as enInvestigation from "./en/investigation";
import * as enLedger from "./en/ledger";
import * as enOffice from "./en/office";
import * as enOversight from "./en/oversight";
import * as enSetup from "./en/setup";
import * as jaAccess from "./ja/access";
import * as jaAlerts from "./ja/alerts";
import * as jaCards from "./ja/cards";
import * as jaCounter from "./ja/counter";
import * as jaFootage from "./ja/footage";
import * as jaFrame from "./ja/frame";
import * as jaInvestigation from "./ja/investigation";
import * as jaLedger from "./ja/ledger";
import * as jaOffice from "./ja/office";
import * as jaOversight from "./ja/oversight";
import * as jaSetup from "./ja/setup";

const ja = {
  ...jaAccess,
  ...jaAlerts,
  ...jaCards,
  ...jaCounter,
  ...jaFootage,
  ...jaFrame,
  ...jaInvestigation,
  ...jaLedger,
  ...jaOffice,
  ...jaOversight,
  ...jaSetup,
};
const en: typeof ja = {
  ...enAccess,
  ...enAlerts,
  ...enCards,
  ...enCounter,
  ...enFootage,
  ...enFrame,
  ...enInvestigation,
  ...enLedger,
  ...enOffice,
  ...enOversight,
  ...enSetup,
};

export const LANGUAGES: Readonly<Record<Language, typeof ja>> = { ja, en };

export type Words = typeof ja;

/** Return the texts; what is shown by them follows when the language changes. */
export function words(): Words {
  return LANGUAGES[preferences.language];
}
