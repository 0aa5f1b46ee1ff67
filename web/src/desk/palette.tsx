// Everything that can be done, found by typing: Ctrl+K.

import { Modal } from './dialog.tsx';
import { Picker, type Choice } from './picker.tsx';
import type { Words } from './texts.ts';

export interface Command extends Choice {
  run(): void;
}

export function Palette({ words, commands, onDone }: { words: Words; commands: Command[]; onDone(): void }) {
  return (
    <Modal label={words.t('palette')} onClose={onDone} kind="palette">
      <Picker
        label={words.t('palette')}
        placeholder={words.t('palette')}
        none={words.t('noCommand')}
        choices={commands}
        byClick
        onGo={(command) => {
          onDone();
          command.run();
        }}
      />
    </Modal>
  );
}
