// How people are named where there is little room.

/** The first part of a name. In scripts that put the family first, that is what people are called by at work. */
export function shortName(name: string): string {
  return name.split(/\s+/u)[0] ?? name;
}
