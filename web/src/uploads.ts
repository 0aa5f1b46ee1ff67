// Files on their way: each with how far it is, tried again on demand, and never twice.

import { PICTURE } from './previews.ts';
import { Refused, uuid } from './wire.ts';

export interface Upload {
  id: string;
  file: File;
  preview?: string;
  part: number;
  failed?: string;
  refused?: boolean;
  attachment?: string;
}

interface Begun {
  AttachmentId: string;
  UploadMetadata: { Url: string; HeadersToInclude: Record<string, string> };
}

export class Uploads {
  list: Upload[] = [];

  constructor(
    readonly post: <T>(path: string, body: object) => Promise<T>,
    readonly change: () => void,
  ) {}

  add(file: File) {
    const one: Upload = { id: uuid(), file, part: 0 };
    if (PICTURE.test(file.type)) one.preview = URL.createObjectURL(file);
    this.list.push(one);
    void this.send(one);
  }

  async send(one: Upload) {
    one.failed = '';
    one.refused = false;
    one.part = 0;
    this.change();
    const { file } = one;
    try {
      const begun = await this.post<Begun>('/participant/start-attachment-upload', {
        AttachmentName: file.name,
        AttachmentSizeInBytes: file.size,
        ContentType: file.type || 'application/octet-stream',
        ClientToken: uuid(),
      });
      one.attachment = begun.AttachmentId;
      await put(begun.UploadMetadata, file, (part) => {
        one.part = part;
        this.change();
      });
      await this.post('/participant/complete-attachment-upload', { AttachmentIds: [begun.AttachmentId], ClientToken: one.id });
      return this.drop(one.id);
    } catch (error) {
      one.refused = error instanceof Refused && !error.passing; // the same file will not do another time
      one.failed = (error instanceof Error && error.message) || 'upload';
    }
    return this.change();
  }

  /** The file is in the chat: its own row takes over. */
  arrived(attachment: string) {
    const one = this.list.find((each) => each.attachment === attachment);
    if (one) this.drop(one.id);
  }

  drop(id: string) {
    const one = this.list.find((each) => each.id === id);
    if (one?.preview) URL.revokeObjectURL(one.preview);
    this.list = this.list.filter((each) => each !== one);
    this.change();
  }
}

function put({ Url, HeadersToInclude }: Begun['UploadMetadata'], file: File, progress: (part: number) => void) {
  return new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', Url);
    for (const [name, value] of Object.entries(HeadersToInclude))
      if (name.toLowerCase() !== 'content-length') request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(String(request.status))));
    request.onerror = () => reject(new Error(''));
    request.send(file);
  });
}
