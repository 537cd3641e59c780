/** Asks until it holds; what it asks are real servers, so each turn costs a round trip. */
export async function eventually<T>(check: () => Promise<T>, patienceMs = 20_000): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
