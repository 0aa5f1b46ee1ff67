// Pictures that people have sent, each fetched once, as bytes: the address that they come from holds for minutes.

/** The kinds that every browser shows, and that cannot hold a script. */
export const PICTURE = /^image\/(png|jpeg|gif|webp)$/;

export class Previews {
  #made = new Map<string, Promise<string>>();

  constructor(readonly address: (attachment: string) => Promise<string>) {}

  /** An object URL of an attachment. */
  of(attachment: string): Promise<string> {
    let made = this.#made.get(attachment);
    if (!made) {
      made = this.address(attachment).then(async (url) => URL.createObjectURL(await (await fetch(url)).blob()));
      made.catch(() => this.#made.delete(attachment)); // the next time that it is seen
      this.#made.set(attachment, made);
    }
    return made;
  }

  drop() {
    for (const made of this.#made.values())
      made.then(
        (url) => URL.revokeObjectURL(url),
        () => {},
      );
    this.#made.clear();
  }
}
