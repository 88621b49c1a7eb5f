/**
 * The words for dates, times and repeats, one table for each language. They are regular expressions; a space
 * matches any white space. In a list, the position has the meaning: weekdays start with Sunday, months with
 * January, `ahead` with today, `numbers` and `ordinals` with one.
 * @typedef {typeof en} Words
 */
export const [HOURS, MINUTES] = [4, 5]; // positions in `units`
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
  /** Times of the day: DAY_PARTS in time_rules.js. */
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
  /** Figures that are not a date. */
  sayings: "24/7",
  /** Also plain words: a date only at the end or before a time. */
  careful: "sun|sat|wed|tom|weekend",
  /** Those of `careful` that also need a capital letter. */
  capital: "$^",
  names: "Tom",
  /** A weekday or a number after these is not a date: "last friday", "version 2.1.", "chapter 3/4". */
  notAfter: "last|past|black|good|easter|the|an?|my|our|your|his|her|their",
  notAfterNumber:
    "version|v|chapter|section|part|step|page|pages|room|no|number|order|episode|level|size|track|unit|route",
  /** A number before these counts them: "may 5 times". */
  counted: "times|people|persons|percent|miles|km|kg|cups?|eggs|pages|pieces|bottles|boxes|of",
};

/** @type {Record<string, Partial<Words>>} added to the English words */
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
 * The words of a language, with the English ones.
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
