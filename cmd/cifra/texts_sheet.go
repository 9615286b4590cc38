package main

import (
	"bytes"
	"errors"
	"io"

	"github.com/xuri/excelize/v2"
)

// sheetName is the sheet that texts stand in.
const sheetName = "texts"

// maxSheet bounds a workbook that is read, unpacked, in bytes: a packed file of a
// few kilobytes can hold any amount.
const maxSheet = 64 << 20

// writeSheet writes a table as a workbook whose first row stays in sight. Cells
// are texts: none of them is ever a formula.
func writeSheet(w io.Writer, table [][]string) error {
	f := excelize.NewFile()
	defer f.Close() // it holds no file
	if err := f.SetSheetName("Sheet1", sheetName); err != nil {
		return err
	}
	s, err := f.NewStreamWriter(sheetName)
	if err != nil {
		return err
	}
	wrap, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}, NumFmt: 49}) // 49 is text
	if err != nil {
		return err
	}
	for i, width := range []float64{28, 24, 40, 60, 10, 10, 60} {
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, record := range table {
		row := make([]any, len(record))
		for k, c := range record {
			row[k] = excelize.Cell{StyleID: wrap, Value: c}
		}
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := s.SetRow(cell, row); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}

// readSheet reads the sheet of texts, or the first one, of a workbook.
func readSheet(b []byte) ([][]string, error) {
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{UnzipSizeLimit: maxSheet, UnzipXMLSizeLimit: maxSheet, RawCellValue: true})
	if err != nil {
		return nil, err
	}
	defer f.Close() // it was only read
	name := sheetName
	if i, err := f.GetSheetIndex(name); err != nil || i < 0 {
		sheets := f.GetSheetList()
		if len(sheets) == 0 {
			return nil, errors.New("a workbook without a sheet")
		}
		name = sheets[0]
	}
	return f.GetRows(name)
}
