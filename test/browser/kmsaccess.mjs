// Opens a page of kmsaccess in a browser and prints, as JSON, what a reader
// would find. Arguments: the browser's path, the paths of two pages, and optionally a
// folder for screenshots. The second page, of many roles, is read on a phone.
import { chromium } from "playwright-core";
import { pathToFileURL } from "node:url";

const [executablePath, file, many, screenshots] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

// contrasts lists text whose contrast against its background is below 4.5, as
// WCAG 2.2 defines it.
function contrasts() {
  const parse = text => text.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const background = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const low = new Set();
  let checked = 0;
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!own || !element.checkVisibility()) continue;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(background(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    checked++;
    if (ratio < 4.5) low.add(`${element.tagName} ${element.className}: ${ratio.toFixed(2)}`);
  }
  return { checked, low: [...low] };
}

const result = { errors: [], requests: [] };
for (const scheme of ["light", "dark"]) {
  const page = await browser.newPage({ viewport: { width: 1360, height: 860 }, colorScheme: scheme });
  page.on("pageerror", error => result.errors.push(String(error)));
  page.on("console", message => { if (message.type() === "error") result.errors.push(message.text()); });
  page.on("request", request => { if (!request.url().startsWith("file:")) result.requests.push(request.url()); });
  await page.goto(pathToFileURL(file).href);
  const tip = page.locator("#tip");
  const rows = page.locator("tbody tr:visible");
  const before = await rows.count();

  // By keyboard alone: into the filter, then into the table, then one cell on.
  await page.keyboard.press("Tab");
  const filterFocused = await page.evaluate(() => document.activeElement.id);
  await page.keyboard.press("Tab");
  const first = { label: await page.evaluate(() => document.activeElement.getAttribute("aria-label")), tip: await tip.innerText(), described: await page.evaluate(() => document.activeElement.getAttribute("aria-describedby")) };
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.waitForTimeout(50);
  const moved = { label: await page.evaluate(() => document.activeElement.getAttribute("aria-label")), tip: await tip.innerText() };
  await page.locator("summary").first().evaluate(element => element.parentElement.open = true);
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator("td button").nth(11).focus();
  const { checked, low } = await page.evaluate(contrasts);
  if (screenshots) await page.screenshot({ path: `${screenshots}/${scheme}.png` });
  await page.keyboard.press("Escape");
  const escaped = !(await tip.isVisible());

  await page.locator("td button").nth(3).hover();
  const hover = await tip.innerText();
  await page.locator("#filter").fill("application");
  const filtered = await rows.locator("th").allInnerTexts();
  const status = await page.locator("#count").innerText();
  await page.locator("#filter").fill("nobody at all");
  const none = await rows.count();
  await page.locator("#filter").fill("");
  const after = await rows.count();
  const width = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  result[scheme] = { before, after, none, filterFocused, first, moved, escaped, hover, filtered, status, checked, low, width };
  await page.close();

  const phone = await browser.newPage({ viewport: { width: 400, height: 800 }, colorScheme: scheme });
  phone.on("pageerror", error => result.errors.push(String(error)));
  await phone.goto(pathToFileURL(many).href);
  const roles = phone.locator("tbody tr");
  await roles.nth(20).scrollIntoViewIfNeeded();
  await phone.locator("tbody tr").nth(20).locator("button").nth(1).click();
  result[scheme].phone = {
    rows: await roles.count(),
    // The head stays at the top while rows go by.
    head: await phone.evaluate(() => document.querySelector("thead th:last-child").getBoundingClientRect().top),
    width: await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
    tip: await phone.locator("#tip").innerText(),
    // All cells are within the window, and wide enough for a finger.
    outside: await phone.evaluate(() => [...document.querySelectorAll("td button")].filter(b => { const at = b.getBoundingClientRect(); return at.left < 0 || at.right > innerWidth || at.width < 16 || at.height < 24; }).length),
    low: (await phone.evaluate(contrasts)).low,
  };
  if (screenshots) await phone.screenshot({ path: `${screenshots}/phone-${scheme}.png` });
  await phone.close();
}
await browser.close();
console.log(JSON.stringify(result));
