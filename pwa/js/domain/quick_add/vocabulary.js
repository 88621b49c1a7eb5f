/**
 * The words of dates and rhythms, one table a language: regular expressions, `|` between choices, a space
 * where any white may stand. In a list the place has the meaning: weekdays from Sunday, months from January,
 * `ahead` by days, `numbers` and `ordinals` from one.
 * @typedef {typeof en} Words
 */
export const [HOURS, MINUTES] = [4, 5]; // their places in `units`
const en = {
  weekdays: [
    "sunday|sun",
    "monday|mon",
    "tuesday|tues|tue",
    "wednesday|wed",
    "thursday|thurs|thur|thu",
    "friday|fri",
    "saturday|sat",
  ],
  months: [
    "january|jan",
    "february|feb",
    "march|mar",
    "april|apr",
    "may",
    "june|jun",
    "july|jul",
    "august|aug",
    "september|sept|sep",
    "october|oct",
    "november|nov",
    "december|dec",
  ],
  units: ["days?", "weeks?", "months?", "years?", "hours?|hrs?", "minutes?|mins?"],
  ahead: ["today", "tomorrow|tmr|tom", "(?:the )?day after tomorrow"],
  tonight: "tonight|this evening",
  weekend: "weekend",
  numbers: [
    "an?|one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
  ],
  ordinals: ["first|1st", "second|2nd", "third|3rd", "fourth|4th"],
  other: "other",
  suffix: "st|nd|rd|th",
  next: "next",
  this: "this|coming",
  in: "in",
  on: "on|by|due",
  at: "at|by",
  the: "the|of",
  /** Times of the day: see DAY_PARTS. */
  parts: ["morning", "noon|midday", "afternoon", "evening|night", "midnight"],
  am: "am|a\\.m\\.",
  pm: "pm|p\\.m\\.",
  hour: "o['’]clock",
  every: "every|each",
  and: "and|&",
  workdays: "weekdays?|workdays?",
  last: "last",
  rhythms: ["daily", "weekly", "monthly", "yearly|annually"],
  completion: "(?:after|from) completion|after done",
  orLast: "or the last day",
  priorities: ["low", "medium|med", "high"],
  /** Figures that are a saying. */
  sayings: "24/7",
  /** Also plain words: a date only as the last words or before a time. */
  careful: "sun|sat|wed|tom|weekend",
  /** Careful ones that also need their capital letter. */
  capital: "$^",
  names: "Tom",
  /** A weekday after these, or a number, is no date: "last friday", "version 2.1.", "chapter 3/4". */
  notAfter: "last|past|black|good|easter|the|an?|my|our|your|his|her|their",
  notAfterNumber:
    "version|v|chapter|section|part|step|page|pages|room|no|number|order|episode|level|size|track|unit|route",
  /** A number before these counts them: "may 5 times". */
  counted: "times|people|persons|percent|miles|km|kg|cups?|eggs|pages|pieces|bottles|boxes|of",
};

/** @type {Record<string, Partial<Words>>} added to the English ones */
const MORE = {
  de: {
    weekdays: [
      "sonntag|so",
      "montag|mo",
      "dienstag|di",
      "mittwoch|mi",
      "donnerstag|do",
      "freitag|fr",
      "samstag|sonnabend|sa",
    ],
    months: [
      "januar|jänner",
      "februar",
      "märz|mär|mrz",
      "$^",
      "mai",
      "juni",
      "juli",
      "$^",
      "$^",
      "oktober|okt",
      "$^",
      "dezember|dez",
    ],
    units: ["tage?n?", "wochen?", "monate?n?", "jahre?n?", "stunden?|std", "minuten?"],
    ahead: ["heute", "morgen", "übermorgen"],
    tonight: "heute abend",
    weekend: "wochenende",
    numbers: [
      "eine[mnrs]?|ein",
      "zwei",
      "drei",
      "vier",
      "fünf",
      "sechs",
      "sieben",
      "acht",
      "neun",
      "zehn",
      "elf",
      "zwölf",
    ],
    ordinals: ["erste[nrs]?|1\\.", "zweite[nrs]?|2\\.", "dritte[nrs]?|3\\.", "vierte[nrs]?|4\\."],
    suffix: "\\.",
    next: "nächste[nrs]?|kommende[nrs]?",
    this: "diese[nrs]?",
    on: "am|bis zum|bis",
    at: "um|gegen|bis",
    the: "des",
    parts: ["früh|vormittags?", "mittags?", "nachmittags?", "abends?", "mitternacht"],
    hour: "uhr",
    every: "jede[nrs]?|alle",
    and: "und",
    workdays: "werktage?|arbeitstage?|wochentage?",
    last: "letzte[nrs]?",
    rhythms: ["täglich", "wöchentlich", "monatlich", "jährlich"],
    completion: "nach (?:erledigung|abschluss)",
    priorities: ["niedrig", "mittel", "hoch"],
    careful: "so|mo|di|mi|do|fr|sa|wochenende|früh",
    capital: "so|mo|di|mi|do|fr|sa",
    notAfter: "letzte[nrs]?|vorige[nrs]?|der|die|das|den|dem|ein|eine[nrm]?|mein|meine[nr]?|guten",
    notAfterNumber: "kapitel|seite|teil|nr|nummer|abschnitt|folge|raum|zimmer|größe",
    counted: "mal|leute|personen|prozent|tassen?|eier|seiten|stück|flaschen?",
  },
};

/**
 * The words a person of this language may use: theirs and the English ones.
 * @param {string} language
 * @returns {Words}
 */
export function wordsOf(language) {
  const more = /** @type {any} */ (MORE[language] ?? {});
  const joined = Object.entries(en).map(([name, own]) => [
    name,
    Array.isArray(own) ? own.map((each, n) => source(each, more[name]?.[n])) : source(own, more[name]),
  ]);
  return Object.fromEntries(joined);
}

/**
 * @param {string} own
 * @param {string | undefined} more
 */
function source(own, more) {
  return `(?:${more ? `${own}|${more}` : own})`.replaceAll(" ", "\\s+");
}
