const pages = "https://github.com/lab-images/lab-images/blob/main/docs/rules";

/** The file name of a rule's page in `docs/rules/`. */
export function docsFileName(code: string): string {
  return `${code.replace("/", "-")}.md`;
}

/** Where a rule's page is read. */
export function docsUrl(code: string): string {
  return `${pages}/${docsFileName(code)}`;
}
