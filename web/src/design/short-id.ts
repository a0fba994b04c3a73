/** An id cut for reading: the prefix and the end, which differs most between neighbours. */
export function shortId(id: string): string {
  const [prefix, rest] = id.includes("_")
    ? [id.slice(0, id.indexOf("_") + 1), id.slice(id.indexOf("_") + 1)]
    : ["", id];
  return rest.length <= 10 ? id : `${prefix}…${rest.slice(-6)}`;
}
