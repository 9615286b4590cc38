package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// This file writes what cifra test found as JUnit's XML, which the servers that
// run tests read. The format has no standard: what is here is what all of them
// take, an element a scenario and the message of a failure with its place.

// A junitCase is one test as JUnit's readers expect it.
type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr"`
	Failure *junitFailure `xml:"failure"`
}

// A junitFailure is the first line of what failed, and all of it.
type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// printJUnit writes the outcomes as JUnit's XML.
// What was reached are properties of the suite, and what never was its output;
// too little reached is a case that fails.
func (r *rehearsal) printJUnit(out io.Writer, coverage bool) error {
	suite := struct {
		XMLName    xml.Name         `xml:"testsuite"`
		Name       string           `xml:"name,attr"`
		Tests      int              `xml:"tests,attr"`
		Failures   int              `xml:"failures,attr"`
		Properties *junitProperties `xml:"properties"`
		Cases      []junitCase      `xml:"testcase"`
		Out        string           `xml:"system-out,omitempty"`
	}{Name: "cifra test", Tests: len(r.outcomes), Failures: r.failed()}
	for _, o := range r.outcomes {
		c := junitCase{Name: o.Scenario, Class: o.Instrument, File: o.Path}
		if !o.Holds {
			first, _, _ := strings.Cut(o.Diagnostics.Error(), "\n")
			c.Failure = &junitFailure{first, o.Diagnostics.Error()}
		}
		suite.Cases = append(suite.Cases, c)
	}
	if short := r.short(); len(r.least) > 0 {
		c := junitCase{Name: "coverage", Class: "cifra test"}
		suite.Tests++
		if len(short) > 0 {
			suite.Failures++
			c.Failure = &junitFailure{short[0], strings.Join(short, "\n")}
		}
		suite.Cases = append(suite.Cases, c)
	}
	if coverage {
		suite.Properties = r.properties()
		var b strings.Builder
		r.printCoverage(&b)
		suite.Out = b.String()
	}
	b, err := xml.MarshalIndent(suite, "", "  ")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%s%s\n", xml.Header, b); err != nil {
		return err
	}
	return r.verdict()
}

// junitProperties are facts of a suite by name.
type junitProperties struct {
	List []junitProperty `xml:"property"`
}

// A junitProperty is one of them.
type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// properties are how much was reached, as coverage.INSTRUMENT.items.reached and
// coverage.INSTRUMENT.items.of.
func (r *rehearsal) properties() *junitProperties {
	p := &junitProperties{}
	for _, name := range r.order {
		if t := r.trials[name]; t.reached.Began() {
			for _, c := range t.reached.Summary() {
				of := "coverage." + name + "." + c.What
				p.List = append(p.List, junitProperty{of + ".reached", strconv.Itoa(c.Reached)}, junitProperty{of + ".of", strconv.Itoa(c.Of)})
			}
		}
	}
	return p
}
