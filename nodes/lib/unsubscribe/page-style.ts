/** The one style sheet of the pages, and its hash for the Content-Security-Policy. */
import { createHash } from 'node:crypto';

export const pageStyle = `
:root{color-scheme:light dark;--ground:#f3f5f7;--card:#fff;--text:#1b2430;--quiet:#556070;--line:#d5dbe2;
--button:#1d5fbf;--pressed:#174d9c;--on-button:#fff;--notice:#fdf3dc;--on-notice:#5c4300;--good:#1d7a4a}
@media(prefers-color-scheme:dark){:root{--ground:#11161c;--card:#1a212a;--text:#e7ecf2;--quiet:#a6b1bf;
--line:#3a4552;--button:#8db8ff;--pressed:#b3d0ff;--on-button:#0c1d38;--notice:#3a2f12;--on-notice:#ffe0a0;
--good:#6fd3a0}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;justify-content:center;padding:min(1rem,5vw);
background:var(--ground);color:var(--text);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",
sans-serif;overflow-wrap:anywhere}
body:lang(ja){font-family:system-ui,-apple-system,"Hiragino Sans","Yu Gothic UI","Noto Sans CJK JP","Noto Sans JP",
sans-serif;word-break:auto-phrase}
body:lang(zh){font-family:system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",
sans-serif}
header,main,footer{width:100%;max-width:30rem;margin:0 auto}
header{padding:0 0 1rem;text-align:center;font-weight:600;color:var(--quiet)}
header img{display:block;margin:0 auto;max-width:min(14rem,100%);max-height:4.5rem}
@media(prefers-color-scheme:dark){header img{padding:.5rem .75rem;border-radius:.6rem;background:#fff}}
main{background:var(--card);border:1px solid var(--line);border-radius:1rem;padding:clamp(.75rem,6vw,2.5rem)}
footer{padding:1rem 0 0;text-align:center;font-size:.875rem;color:var(--quiet);white-space:pre-line}
h1{margin:0 0 .75rem;font-size:clamp(1.15rem,8vw,1.6rem);line-height:1.25}
p{margin:0 0 1.25rem}
h1,button{text-wrap:balance}
p,legend,small{text-wrap:pretty}
main>:last-child,form>:last-child{margin-bottom:0}
svg{display:block;width:3rem;height:3rem;margin:0 0 1rem;color:var(--good)}
bdi{font-weight:600}
fieldset{margin:0 0 1.5rem;padding:0;border:0;min-width:0}
legend{padding:0;margin:0 0 .75rem}
label{display:flex;gap:.75rem;align-items:flex-start;padding:.7rem .25rem;border-top:1px solid var(--line);
cursor:pointer}
label:last-child{border-bottom:1px solid var(--line)}
input{flex:none;width:1.35rem;height:1.35rem;margin:.1rem 0 0;accent-color:var(--button)}
small{display:block;font-size:.875rem;color:var(--quiet)}
button{display:block;width:100%;min-height:3rem;padding:.7rem min(1.25rem,5vw);border:2px solid var(--button);
border-radius:.6rem;background:var(--button);color:var(--on-button);font:inherit;font-weight:600;cursor:pointer}
button:hover{background:var(--pressed);border-color:var(--pressed)}
button.second{background:none;color:var(--button)}
button.second:hover{background:none;color:var(--pressed);border-color:var(--pressed)}
:focus-visible{outline:3px solid var(--button);outline-offset:3px;border-radius:.25rem}
button:focus-visible{border-radius:.6rem}
ul{margin:0 0 1.25rem;padding-inline-start:1.25rem}
.notice{padding:.7rem 1rem;border-radius:.6rem;background:var(--notice);color:var(--on-notice)}
.after{margin-top:1.75rem;padding-top:1.25rem;border-top:1px solid var(--line)}
.after p{margin-bottom:.75rem}
.again{margin-top:1.75rem;font-size:.875rem;color:var(--quiet)}
.again p{margin-bottom:.25rem}
button.plain{display:inline-block;width:auto;min-height:2rem;padding:.25rem 0;border:0;background:none;
color:var(--button);font-weight:400;text-decoration:underline}
button.plain:hover{background:none;color:var(--pressed)}
a{display:inline-block;padding:.4rem 0;color:var(--button)}
`;

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

/** No script, nothing from elsewhere, in no frame, forms to this site only. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
