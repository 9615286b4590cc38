// RowHeading says which incident of how many, or which person, a question is
// about; without a row, the module's title. The item's number is that of the
// printed questionnaire.

interface Props {
  heading: string | undefined;
  title: string | undefined;
  number: string | undefined;
}

export function RowHeading({ heading, title, number }: Props) {
  if (!heading) {
    return (
      <p class="module">
        <span>{title}</span> <span class="num">{number && printed(number)}</span>
      </p>
    );
  }
  const [which, ...rest] = heading.split(": ");
  return (
    <p class="row-heading" data-testid="heading">
      <span class="pill num">{which}</span> {rest.join(": ")}
    </p>
  );
}

// printed is an item's number as forms print it: P7_3 is 7.3.
function printed(number: string): string {
  return /^[A-Z]\d/.test(number) ? number.slice(1).replace(/_/g, ".") : "";
}
