interface Country {
  value: string;
  timezones: readonly string[];
}

/**
 * The country of this browser: the one of its time zone, or, of several that share it, the one its language names
 * ("de-AT"). A language alone tells nothing: "en-US" is what most browsers begin with, and the choice is for good.
 */
export function guessCountry<Known extends Country>(countries: readonly Known[], timezone: string, locale: string): Known | undefined {
  const here = countries.filter(({ timezones }) => timezones.includes(timezone));
  return here.length === 1 ? here[0] : here.find(({ value }) => value === regionOf(locale));
}

function regionOf(locale: string): string | undefined {
  try {
    return new Intl.Locale(locale).region;
  } catch {
    return undefined; // a language tag that is none
  }
}
