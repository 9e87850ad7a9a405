import { Dialog } from '@base-ui/react/dialog';
import { Command } from 'cmdk';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { type CommandGroup, useCommands } from './use-commands.ts';

function Group({ group, onDone }: { group: CommandGroup; onDone: () => void }) {
  return (
    <Command.Group
      heading={group.title}
      className="px-1 pb-1 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-muted"
    >
      {group.commands.map((command) => (
        <Command.Item
          key={command.id}
          value={command.always === true ? command.id : `${group.title} ${command.label}`}
          {...(command.always === true ? { forceMount: true } : {})}
          onSelect={() => {
            onDone();
            command.run();
          }}
          className="flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 text-[0.8125rem] data-[selected=true]:bg-hover"
        >
          <command.icon aria-hidden="true" className="size-4 shrink-0 text-muted" />
          <span className="truncate">{command.label}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

/** Everything that can be done, found by typing. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  const t = useTranslations('palette');
  const [typed, setTyped] = useState('');
  const groups = useCommands(typed.trim());
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[rgb(10_12_18/45%)]" />
        <Dialog.Popup className="fixed start-1/2 top-[12vh] z-50 w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-lg bg-surface shadow-pop">
          <Dialog.Title className="sr-only">{t('title')}</Dialog.Title>
          <Command label={t('title')} loop>
            <Command.Input
              value={typed}
              onValueChange={setTyped}
              placeholder={t('placeholder')}
              aria-label={t('title')}
              className="h-12 w-full border-b border-line bg-transparent px-4 outline-none placeholder:text-muted"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto py-1">
              <Command.Empty className="p-4 text-[0.8125rem] text-muted">
                {t('empty')}
              </Command.Empty>
              {groups.map((group) => (
                <Group key={group.title} group={group} onDone={onClose} />
              ))}
            </Command.List>
          </Command>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
