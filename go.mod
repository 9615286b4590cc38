module cifra

go 1.26
