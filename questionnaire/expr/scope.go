package expr

// A Symbol is what a name means where an expression stands.
type Symbol struct {
	Name string
	Type Type

	// Slot is where the variable lies. A roster has none.
	Slot Slot

	// Level is a roster's level: Type.Kind is Rows.
	Level int

	// Grid, if not nil, says that the variable is in the rows of a grid and
	// may be read from outside as name[code] with a code of this list. The
	// level of the grid is Slot.Level.
	Grid *List

	// Attr, if not nil, says that the symbol is an attribute of a code, as
	// crime.level is of crime: its value is Attr[code], where code is read in
	// Slot. Type is the attribute's.
	Attr []Cell

	// Stands, if not nil, has for each code of a Code's or Set's list the code
	// that it stands for where the expression is: a condition that was written
	// before a code was added sees the code which that one maps to.
	Stands []int

	// OffPath says that the item can be off path where it is read.
	OffPath bool

	// Bound says that the bare name may be read: its level is the
	// expression's own or above it, or an aggregate has entered its roster.
	Bound bool
}

// A Scope says what names mean where an expression stands.
type Scope interface {
	// Lookup returns the symbol of a name. A dotted name, such as
	// reference.year or crime.level, is one name.
	Lookup(name string) (Symbol, bool)

	// Enter returns the scope inside any(roster, …): there the names of that
	// roster's rows are bound. False if name is no roster, or one that cannot
	// be reached from here.
	Enter(roster string) (Scope, bool)

	// Names returns all names that Lookup knows, for suggestions.
	Names() []string
}

// A Want is what the context of an expression needs. The zero Want takes
// anything but a roster.
type Want struct {
	// Kinds are the kinds that will do; none means any. A Number does where
	// only Real is wanted and becomes one.
	Kinds []Kind

	// List is the list whose codes a bare name may be, and of which a Code or
	// Set has to be.
	List *List

	// Scale is the number of decimals of a wanted Number. An expression with
	// fewer gets them; one with more is an error, unless Kinds have Real too:
	// then any Number will do.
	Scale int
}
