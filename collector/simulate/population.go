package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
)

// This file makes the country: where people live and with whom. The rules:
//
//   - each PSU is made from a generator of its own, seeded with the population's
//     seed and its number, so the result does not depend on how many processors
//     make it;
//   - who lives somewhere is drawn first, what happened to them after: see
//     crime.go.

// StandardStrata is the number of strata of a population of standard size.
const StandardStrata = 20

// A Size says how large a population is. The zero Size is the standard one:
// 1,600 PSUs with about 180,000 dwellings.
type Size struct {
	Strata    int // 0 is StandardStrata
	PSUs      int // a stratum on average; 0 is 80
	Dwellings int // a PSU on average; 0 is 110
}

func (s Size) orStandard() Size {
	if s.Strata == 0 {
		s.Strata = StandardStrata
	}
	if s.PSUs == 0 {
		s.PSUs = 80
	}
	if s.Dwellings == 0 {
		s.Dwellings = 110
	}
	return s
}

// A Population is everybody, with what happened to them in Year.
type Population struct {
	Year   int
	Strata []Stratum
	PSUs   []PSU // in the order of their strata
}

// A Stratum is a part of the country that is sampled by itself: a state's urban
// or rural area.
type Stratum struct {
	Name        string // "01U"
	Urban       bool
	State       string // code name in the instrument's list of states
	StateName   string
	Capital     string // code name in its catalogue of municipalities
	CapitalName string

	First, End int // its PSUs are Population.PSUs[First:End]

	risk     float64 // of crime, against the country
	reports  float64 // the share of crimes that is reported, against the country
	refuses  float64 // share of households
	absent   float64 // share of households
	vacant   float64 // share of dwellings
	children float64 // mean number in a household
}

// A PSU is a group of neighbouring dwellings.
type PSU struct {
	Name      string // "01U-017"
	Stratum   int
	Listed    int // dwellings that the frame has, counted some years ago
	Dwellings []Dwelling
}

// A Dwelling is a door. Without households it is vacant.
type Dwelling struct {
	Street     uint16
	Number     uint16
	Households []Household
}

// A Household shares one budget for food.
type Household struct {
	Persons  []Person // the head first
	Vehicles uint8
	Crimes   []Crime // against the household, then against each adult
	seed     uint64  // of what is plausible
}

// A Person is one member. What the person suffered is in Household.Crimes.
type Person struct {
	Age      uint8
	Woman    bool
	Relation Relation
	Night    Night
}

// Adult reports whether p may be drawn to answer.
func (p Person) Adult() bool { return p.Age >= 18 }

// A Relation is what a person is to the head of the household.
type Relation uint8

// Relations, with the codes of the instrument.
const (
	Head Relation = iota + 1
	Spouse
	Child
	Parent
	OtherRelative
	NotRelated
)

var relationNames = [...]string{Head: "head", Spouse: "spouse", Child: "child", Parent: "parent", OtherRelative: "other_relative", NotRelated: "not_related"}

// A Night is how safe a person feels walking alone at night. The zero Night is
// that of a person who never does.
type Night uint8

// Feelings, with the codes of the instrument.
const (
	NeverOut Night = iota
	VerySafe
	Safe
	Unsafe
	VeryUnsafe
)

var nightNames = [...]string{VerySafe: "very_safe", Safe: "safe", Unsafe: "unsafe", VeryUnsafe: "very_unsafe"}

// place is a state with its capital.
type place struct{ state, stateName, capital, capitalName string }

var places = []place{
	{"aguascalientes", "Aguascalientes", "aguascalientes", "Aguascalientes"},
	{"chiapas", "Chiapas", "tuxtla_gutierrez", "Tuxtla Gutiérrez"},
	{"chihuahua", "Chihuahua", "chihuahua", "Chihuahua"},
	{"guanajuato", "Guanajuato", "guanajuato", "Guanajuato"},
	{"jalisco", "Jalisco", "guadalajara", "Guadalajara"},
	{"nuevo_leon", "Nuevo León", "monterrey", "Monterrey"},
	{"oaxaca", "Oaxaca", "oaxaca_de_juarez", "Oaxaca de Juárez"},
	{"puebla", "Puebla", "puebla", "Puebla"},
	{"veracruz", "Veracruz", "xalapa", "Xalapa"},
	{"yucatan", "Yucatán", "merida", "Mérida"},
}

// NewPopulation makes a population. The same seed and size give the same one.
func NewPopulation(seed uint64, size Size) *Population {
	size = size.orStandard()
	p := &Population{Year: 2025}
	rng := rand.New(rand.NewPCG(seed, 0))
	for h := range size.Strata {
		s := newStratum(rng, h)
		s.First = len(p.PSUs)
		for i := range max(4, int(float64(size.PSUs)*between(rng, 0.6, 1.4))) {
			p.PSUs = append(p.PSUs, PSU{Name: fmt.Sprintf("%s-%03d", s.Name, i+1), Stratum: h})
		}
		s.End = len(p.PSUs)
		p.Strata = append(p.Strata, s)
	}
	var hands sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		hands.Go(func() {
			for i := range next {
				p.PSUs[i].people(rand.New(rand.NewPCG(seed, uint64(i)+1)), &p.Strata[p.PSUs[i].Stratum], size.Dwellings)
			}
		})
	}
	for i := range p.PSUs {
		next <- i
	}
	close(next)
	hands.Wait()
	return p
}

// Count returns how many PSUs, dwellings and persons there are.
func (p *Population) Count() (psus, dwellings, persons int) {
	for _, u := range p.PSUs {
		dwellings += len(u.Dwellings)
		for _, d := range u.Dwellings {
			for _, hh := range d.Households {
				persons += len(hh.Persons)
			}
		}
	}
	return len(p.PSUs), dwellings, persons
}

// newStratum makes stratum h: even ones are urban.
func newStratum(rng *rand.Rand, h int) Stratum {
	pl := places[h/2%len(places)]
	s := Stratum{
		Urban: h%2 == 0, State: pl.state, StateName: pl.stateName, Capital: pl.capital, CapitalName: pl.capitalName,
		risk: 0.65 * lognormal(rng, 0.2), reports: lognormal(rng, 0.2),
		refuses: between(rng, 0.02, 0.05), absent: between(rng, 0.02, 0.05), vacant: between(rng, 0.06, 0.12), children: 2.9,
	}
	area := "R"
	if s.Urban {
		area = "U"
		s.risk *= 2
		s.refuses, s.absent = s.refuses+0.06, s.absent+0.04
		s.children = 2.3
	}
	s.Name = fmt.Sprintf("%02d%s", h/2+1, area)
	return s
}

// people fills a PSU.
func (u *PSU) people(rng *rand.Rand, s *Stratum, mean int) {
	m := max(15, int(float64(mean)*min(lognormal(rng, 0.45), 2.5)))
	u.Listed = max(15, int(float64(m)*between(rng, 0.85, 1.1)))
	u.Dwellings = make([]Dwelling, m)
	risk := s.risk * lognormal(rng, 0.45) // some blocks are worse than others
	fear := 0.35*math.Log(risk) + 0.3*rng.NormFloat64()
	street := uint16(rng.IntN(len(streets)))
	for i := range u.Dwellings {
		d := &u.Dwellings[i]
		d.Street, d.Number = (street+uint16(i/40))%uint16(len(streets)), uint16(100+2*i)
		if rng.Float64() < s.vacant {
			continue
		}
		d.Households = make([]Household, 1, 2)
		if rng.Float64() < 0.02 {
			d.Households = d.Households[:2]
		}
		for j := range d.Households {
			d.Households[j].fill(rng, s, risk, fear)
		}
	}
}

var streets = [...]string{
	"Hidalgo", "Juárez", "Morelos", "Allende", "5 de Mayo", "Independencia", "Reforma", "Madero", "Insurgentes", "Zaragoza",
	"Guerrero", "Aldama", "Matamoros", "Ocampo", "Victoria", "Galeana", "Bravo", "Rayón", "Degollado", "Constitución",
}

// fill draws who lives in a household and what happened to it.
func (hh *Household) fill(rng *rand.Rand, s *Stratum, risk, fear float64) {
	head := Person{Age: uint8(20 + min(rng.IntN(35)+rng.IntN(35), 76)), Woman: rng.Float64() < 0.33, Relation: Head}
	hh.Persons = append(make([]Person, 0, 6), head)
	add := func(age int, woman bool, r Relation) {
		hh.Persons = append(hh.Persons, Person{Age: uint8(min(max(age, 0), 97)), Woman: woman, Relation: r})
	}
	if rng.Float64() < 0.62 {
		woman := !head.Woman
		if rng.Float64() < 0.01 {
			woman = head.Woman
		}
		add(max(18, int(head.Age)-6+rng.IntN(13)), woman, Spouse)
	}
	for range poisson(rng, s.children) {
		if age := int(head.Age) - 18 - rng.IntN(20); age >= 0 && len(hh.Persons) < 9 && rng.Float64() < math.Exp(-float64(age)/25) {
			add(age, rng.Float64() < 0.5, Child)
		}
	}
	if rng.Float64() < 0.07 && head.Age < 60 {
		add(int(head.Age)+18+rng.IntN(15), rng.Float64() < 0.7, Parent)
	}
	if rng.Float64() < 0.15 {
		add(rng.IntN(80), rng.Float64() < 0.5, OtherRelative)
	}
	if rng.Float64() < 0.03 {
		add(18+rng.IntN(40), rng.Float64() < 0.5, NotRelated)
	}
	if rng.Float64() < 0.48 {
		hh.Vehicles = uint8(1 + min(poisson(rng, 0.3), 3))
	}
	hh.seed = rng.Uint64()
	for i := range hh.Persons {
		if p := &hh.Persons[i]; p.Adult() {
			p.Night = night(rng, fear, p.Woman)
		}
	}
	hh.suffer(rng, s, risk*lognormal(rng, 0.5))
}

// night draws how safe a person feels: fear, and more of it among women, on a
// scale cut into four.
func night(rng *rand.Rand, fear float64, woman bool) Night {
	if rng.Float64() < 0.04 {
		return NeverOut
	}
	x := fear + rng.NormFloat64() + 0.3
	if woman {
		x += 0.35
	}
	switch {
	case x < -1:
		return VerySafe
	case x < 0.2:
		return Safe
	case x < 1.4:
		return Unsafe
	}
	return VeryUnsafe
}

// Adults returns the places in hh.Persons of those who may be drawn.
func (hh *Household) Adults() []int {
	var at []int
	for i, p := range hh.Persons {
		if p.Adult() {
			at = append(at, i)
		}
	}
	return at
}

// between draws from the uniform distribution on [lo, hi).
func between(rng *rand.Rand, lo, hi float64) float64 { return lo + (hi-lo)*rng.Float64() }

// lognormal draws a factor with mean 1 and this standard deviation of its
// logarithm.
func lognormal(rng *rand.Rand, sigma float64) float64 {
	return math.Exp(sigma*rng.NormFloat64() - sigma*sigma/2)
}

// poisson draws a count, by Knuth's product of uniforms: the means here are
// small.
func poisson(rng *rand.Rand, mean float64) int {
	limit := math.Exp(-mean)
	n, p := 0, rng.Float64()
	for p > limit {
		n, p = n+1, p*rng.Float64()
	}
	return n
}
