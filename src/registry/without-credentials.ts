/** What a user wrote about a host, fit for everybody's eyes: `user:password@` is not repeated in a public log. */
export function withoutCredentials(text: string): string {
  return text.replace(/(^|[/=,\s"])[^/=,\s"@]+:[^/,\s"]*@/g, '$1***@');
}
