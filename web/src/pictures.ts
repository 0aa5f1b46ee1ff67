// Pictures that the page names. The page fetches them, as any of its own, and the frame is handed their bytes: it asks nobody but perch.

const MOST = 200_000; // bytes of one picture

const known = new Map<string, Promise<string>>();

/** A picture as a data: URL. It must be one that the page may read: its own, or one that is sent with CORS. */
async function picture(address: string): Promise<string> {
  const response = await fetch(new URL(address, document.baseURI));
  const blob = await response.blob();
  if (!response.ok || !blob.type.startsWith('image/') || blob.size > MOST)
    throw new Error(`${response.status} ${blob.type}, ${blob.size} bytes`);
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** The pictures of these addresses, by the same names. What is no picture is left out, and the page told. */
export async function pictures(sources: Record<string, unknown> | undefined): Promise<Record<string, string>> {
  const out: Record<string, string> = {};
  await Promise.all(
    Object.entries(sources ?? {}).map(async ([name, address]) => {
      if (typeof address !== 'string' || !address) return;
      if (!known.has(address)) known.set(address, picture(address));
      try {
        out[name] = await known.get(address)!;
      } catch (error) {
        console.error(`amazon_connect: no picture at ${address}`, error);
      }
    }),
  );
  return out;
}
