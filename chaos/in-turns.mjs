/** So many at once, each item once. */
export async function inTurns(items, work, atOnce = 8) {
  const waiting = items.values();
  const turn = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, turn));
}
