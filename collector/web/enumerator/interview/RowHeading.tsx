// RowHeading says which incident of how many, or which person, a question is
// about; without a row, the module's title.

interface Props {
  heading: string | undefined;
  title: string | undefined;
}

export function RowHeading({ heading, title }: Props) {
  if (!heading) return title ? <p class="module">{title}</p> : null;
  const [which, ...rest] = heading.split(": ");
  return (
    <p class="row-heading" data-testid="heading">
      <span class="pill num">{which}</span> {rest.join(": ")}
    </p>
  );
}
