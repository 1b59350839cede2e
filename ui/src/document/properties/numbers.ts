// Numbers by the format their column names. Forty of the formats are currencies.

import { formatLocale } from "../../i18n";

const CURRENCIES: Readonly<Record<string, string>> = {
  dollar: "USD", australian_dollar: "AUD", canadian_dollar: "CAD", singapore_dollar: "SGD", euro: "EUR", pound: "GBP", yen: "JPY", ruble: "RUB", rupee: "INR", won: "KRW", yuan: "CNY", real: "BRL", lira: "TRY",
  rupiah: "IDR", franc: "CHF", hong_kong_dollar: "HKD", new_zealand_dollar: "NZD", krona: "SEK", norwegian_krone: "NOK", mexican_peso: "MXN", rand: "ZAR", new_taiwan_dollar: "TWD", danish_krone: "DKK", zloty: "PLN",
  baht: "THB", forint: "HUF", koruna: "CZK", shekel: "ILS", chilean_peso: "CLP", philippine_peso: "PHP", dirham: "AED", colombian_peso: "COP", riyal: "SAR", ringgit: "MYR", leu: "RON", argentine_peso: "ARS",
  uruguayan_peso: "UYU", peruvian_sol: "PEN",
};

/** “1,284”, “€29.00”, “7.5%”. A format that is not known shows the number as it is. */
export function numberText(value: number, format: string | null | undefined, locale: string = formatLocale()): string {
  return withMinus(plain(value, format ?? "number", locale));
}

function plain(value: number, format: string, locale: string): string {
  const currency = CURRENCIES[format];
  if (currency !== undefined) return new Intl.NumberFormat(locale, { style: "currency", currency }).format(value);
  if (format === "percent") return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 10 }).format(value);
  // Ten digits are what the service itself shows; more would be the machine's own rounding.
  return new Intl.NumberFormat(locale, { useGrouping: format === "number_with_commas", maximumFractionDigits: 10 }).format(value);
}

/** A hyphen is not a minus, and breaks lines. */
function withMinus(text: string): string {
  return text.replace(/^(\p{Sc}?)-/u, "$1−").replace(/^-/u, "−");
}
