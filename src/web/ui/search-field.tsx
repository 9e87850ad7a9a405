import { Search } from 'lucide-react';
import { useState } from 'react';

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** The page's own search, reached by `/`. */
export function SearchField({ label, placeholder, value, onChange }: Props) {
  // The address follows with a delay; what was typed must not wait for it.
  const [text, setText] = useState(value);
  return (
    <div className="relative min-w-40 grow sm:max-w-72">
      <Search
        aria-hidden="true"
        className="pointer-events-none absolute start-2.5 top-2 size-4 text-muted"
      />
      <input
        data-page-search=""
        type="search"
        aria-label={label}
        className="field w-full ps-8! placeholder:text-muted"
        placeholder={placeholder}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
          onChange(event.target.value);
        }}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
    </div>
  );
}
