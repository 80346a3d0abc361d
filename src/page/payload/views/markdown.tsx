import { CodeText } from '../CodeText.tsx';
import { FoldView } from '../folds.tsx';
import { FormattedMarkdown } from '../Instructions.tsx';
import { isHinted, textBeside, type View } from './view.ts';

const START_CHARACTERS = 2_000;

/** Markdown, formatted. Longer texts are shown as highlighted source. */
export const markdown: View = {
  name: 'markdown',
  title: 'Markdown',
  aliases: ['md'],
  find(node, place) {
    if (node.kind !== 'string') return undefined;
    const start = node.value.slice(0, START_CHARACTERS);
    const isNamed =
      isHinted(place, 'markdown', 'md') ||
      /^(?:markdown|md)$|[_.]md$/i.test(String(place.key)) ||
      /\.(?:md|mdx|markdown)$/i.test(
        textBeside(place, ['path', 'filename', 'file', 'file_path']) ?? '',
      );
    const signs = [
      /^#{1,6} \S/m,
      /^ {0,8}[-*] \S/m,
      /^ {0,8}\d{1,3}\. \S/m,
      /\*\*\S/,
      /\[[^[\]\n]{1,200}\]\(\S/,
      /^```/m,
      /`[^`\n]+`/,
    ];
    const isMarkdown = signs.filter((sign) => sign.test(start)).length >= 2;
    if (!start.includes('\n') || !(isNamed || isMarkdown)) return undefined;
    return {
      show: (
        <FormattedMarkdown
          text={node.value}
          source={
            <FoldView>
              <CodeText code={node.value} label="Markdown" language="markdown" />
            </FoldView>
          }
        />
      ),
    };
  },
};
