import assert from 'node:assert/strict';
import { exampleFlows, exampleNames } from '../../demo/example-flows.ts';
import { editorSuite } from '../support/editor-suite.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import type { OpenEditor } from '../support/open-editor.ts';
import { findFreePort } from '../support/start-node-red.ts';

/** As the editor draws them; `x` and `y` of a node are its middle. */
interface Drawn {
  readonly id: string;
  readonly name: string;
  readonly valid: boolean;
  readonly info: string;
  readonly type: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const drawnOn = (tab: string) => `(() => {
  const box = (left, top, { w, h }) => ({ left, top, right: left + w, bottom: top + h });
  const facts = ({ id, name, type, valid, info = '' }) => ({ id, name, type, valid, info });
  const nodes = RED.nodes.filterNodes({ z: '${tab}' });
  return {
    nodes: nodes.map((node) => ({ ...facts(node), ...box(node.x - node.w / 2, node.y - node.h / 2, node) })),
    groups: RED.nodes.groups('${tab}').map((group) => ({ ...facts(group), ...box(group.x, group.y, group) })),
  };
})()`;

/** Pixels: a wire needs some between two nodes, a status below one. */
const room = { beside: 20, below: 10 };

function crowded(boxes: readonly Drawn[], { beside, below } = room): string[] {
  return boxes.flatMap((one, at) =>
    boxes
      .slice(at + 1)
      .filter((other) => one.left < other.right + beside && other.left < one.right + beside)
      .filter((other) => one.top < other.bottom + below && other.top < one.bottom + below)
      .map((other) => `${one.name} and ${other.name}`),
  );
}

/** The button of an inject node stands before it. */
const begin = ({ type, left }: Drawn) => (type === 'inject' ? left - 20 : left);
/** Another font makes a label a step wider, half of it to the left. */
const slip = 10;
const column = 40;

/** What stands in one column begins at one line. */
function crooked(boxes: readonly Drawn[]): string[] {
  const far = (one: Drawn, other: Drawn) => Math.abs(begin(one) - begin(other));
  return boxes.flatMap((one, at) =>
    boxes
      .slice(at + 1)
      .filter((other) => far(one, other) > slip && far(one, other) < column)
      .map((other) => `${one.name} at ${begin(one)}, ${other.name} at ${begin(other)}`),
  );
}

describe(`the examples in the editor of Node-RED ${nodeRedVersion}`, function () {
  this.timeout(30_000);
  let editor: OpenEditor;

  const { shot } = editorSuite(this, { theme: 'light', pictures: 'example-' }, async (start) => {
    const port = await findFreePort();
    const flows = exampleFlows(exampleNames, {}, { port, receiverPort: port });
    ({ editor } = await start({ flows }));
    await editor.page.setViewportSize({ width: 1280, height: 1000 });
  });

  for (const name of exampleNames) {
    it(`has “${name}” in order`, async () => {
      const [tab] = exampleFlows([name], {});
      await editor.page.evaluate(`RED.workspaces.show('${tab?.id}')`);
      await editor.page.waitForTimeout(300);
      await shot(name.toLowerCase().replaceAll(' ', '-'));
      const { nodes, groups } = (await editor.page.evaluate(drawnOn(String(tab?.id)))) as {
        nodes: Drawn[];
        groups: Drawn[];
      };
      assert.deepEqual(
        nodes.filter(({ valid }) => !valid).map((node) => node.name),
        [],
      );
      assert.ok(tab?.info, 'the flow says what it is');
      assert.ok(nodes.find(({ type }) => type === 'comment')?.info, 'a comment says what to do');
      assert.deepEqual(crowded(nodes), []);
      assert.deepEqual(crowded(groups), []);
      assert.deepEqual(crooked(nodes.filter(({ type }) => type !== 'comment')), []);
      assert.deepEqual(crooked(groups), []);
    });
  }
});
