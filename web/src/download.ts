// Files for the customer to keep. What is in them is never shown in the frame.

export function save(content: Blob, name: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The whole transcript, past chats included, as perch writes it for people. */
export async function saveTranscript(path: string, bearer: string) {
  const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC');
  const response = await fetch(`${path}?format=html&timezone=${zone}`, { headers: { 'x-amz-bearer': bearer } });
  if (!response.ok) throw new Error(String(response.status));
  save(await response.blob(), `chat-${new Date().toISOString().slice(0, 10)}.html`);
}
