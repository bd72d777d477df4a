/** The style sheet of the page: both schemes by what the reader's system prefers. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f8fa; --card: #ffffff; --ink: #1f2328; --quiet: #59636e; --rule: #d1d9e0;
  --good: #2da44e; --warn: #bf8700; --bad: #cf222e; --own: #8c959f; --plain: #0969da; --soft: #80b3ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --card: #151b23; --ink: #f0f6fc; --quiet: #9198a1; --rule: #3d444d;
    --good: #3fb950; --warn: #d29922; --bad: #f85149; --own: #6e7681; --plain: #4493f8; --soft: #1f5fb8;
  }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 32px 20px 64px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1080px; margin: 0 auto; }
h1 { font-size: 24px; margin: 0 0 4px; }
h2 { font-size: 16px; margin: 0 0 12px; }
p { margin: 0 0 4px; }
.quiet { color: var(--quiet); }
.grid-2 { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(460px, 100%), 1fr)); gap: 16px; margin-top: 16px; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 16px 18px; min-width: 0; }
section.wide { margin-top: 16px; }
svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--ink); font-size: 13px; }
svg .tick, svg .value { fill: var(--quiet); font-size: 12px; }
.grid { stroke: var(--rule); stroke-width: 1; }
.line { fill: none; stroke: var(--plain); stroke-width: 2; }
.whisker { stroke: var(--quiet); stroke-width: 1.5; }
.s-good { fill: var(--good); } .s-warn { fill: var(--warn); } .s-bad { fill: var(--bad); }
.s-own { fill: var(--own); } .s-plain { fill: var(--plain); } .s-soft { fill: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 0 0; padding: 0; list-style: none; font-size: 13px; color: var(--quiet); }
.legend svg { display: inline-block; width: 10px; height: 10px; margin-right: 6px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 16px; margin-top: 16px; }
.figures b { display: block; font-size: 26px; font-weight: 600; line-height: 1.3; }
ol { margin: 0; padding-left: 20px; } ol li { margin-bottom: 10px; }
code { font: 13px/1.4 ui-monospace, SFMono-Regular, Menlo, monospace; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { text-align: right; padding: 5px 10px; border-bottom: 1px solid var(--rule); white-space: nowrap; font-variant-numeric: tabular-nums; }
th { color: var(--quiet); font-weight: 500; }
th.name, td.name { text-align: left; }
td.name { white-space: normal; overflow-wrap: anywhere; }
details h2 { margin-top: 20px; } summary { cursor: pointer; }
`;
