module lab/frontend

go 1.24
