import { Menu } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: ReactNode;
  readonly lang?: string;
}

interface Props<Value extends string> {
  readonly trigger: ReactElement;
  readonly label: string;
  readonly value: Value | null;
  readonly choices: readonly Choice<Value>[];
  readonly onChoose: (value: Value) => void;
  readonly footer?: ReactNode;
}

/** A button that opens a list of which one is chosen. */
export function ChoiceMenu<Value extends string>(props: Props<Value>) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger render={props.trigger} />
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className="z-40">
          <Menu.Popup
            aria-label={props.label}
            className="min-w-44 rounded-lg bg-surface p-1 shadow-pop outline-none"
          >
            <Menu.RadioGroup value={props.value} onValueChange={props.onChoose}>
              {props.choices.map((choice) => (
                <Menu.RadioItem
                  key={choice.value}
                  value={choice.value}
                  lang={choice.lang}
                  closeOnClick
                  className="flex h-8 cursor-pointer items-center justify-between gap-6 rounded-md px-2.5 text-[0.8125rem] outline-none data-highlighted:bg-hover"
                >
                  {choice.label}
                  <Menu.RadioItemIndicator>
                    <Check aria-hidden="true" className="size-3.5 text-accent" />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            {props.footer}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
