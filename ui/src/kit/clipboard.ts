// Copying. The web view may refuse the clipboard outside of a press; the caller learns whether it worked and says so.

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
