# Writes cases/matrices.jsonl. Run in this folder: Rscript make.R
suppressMessages(library(survey))
x <- read.csv("../models.csv")
d <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = x)
num <- function(v) paste0("[", paste(ifelse(is.na(v), '"NA"', sprintf("%.15g", v)), collapse = ", "), "]")
mat <- function(m) paste0("[", paste(apply(m, 1, num), collapse = ", "), "]")
strings <- function(v) paste0('["', paste(v, collapse = '", "'), '"]')
head <- function(name, call) paste0('{"case": "', name, '", "data": "../../models.csv", "design": {"kind": "taylor", "ids": ["psu"], "strata": ["stratum"], "weights": "w"}, "call": "', call, '", ')
var_case <- function(name, call, op, v) {
  e <- as.vector(unclass(v)[1:nrow(v), ]); s <- as.vector(SE(v))
  cat(head(name, call), '"op": ', op, ', "compare": {"tol": 1e-09}, "expected": {"names": null, "est": ', num(e), ', "se": ', num(s),
      ', "cv": ', num(s / abs(e)), ', "df": ', degf(d), ', "vcov": ', mat(attr(v, "var")), '}}\n', sep = "")
}
by_case <- function(name, call, op, b, columns) {
  n <- length(columns)
  cat(head(name, call), '"op": ', op, ', "compare": {"tol": 1e-09}, "expected": {"rows": ', strings(rownames(b)), ', "columns": {',
      paste0('"', names(b)[1], '": ', strings(b[[1]]), paste0(', "', columns, '": ', sapply(columns, function(k) num(b[[k]])), collapse = "")),
      paste0(', "se.', columns, '": ', sapply(seq_len(n), function(k) num(SE(b)[[k]])), collapse = ""), '}, "vcov": ', mat(vcov(b)), '}}\n', sep = "")
}
sink("cases/matrices.jsonl")
var_case("moments/two", "svyvar(~income+age, d)", '{"fn": "var", "vars": ["income", "age"], "na_rm": true}', svyvar(~income + age, d, na.rm = TRUE))
var_case("moments/three", "svyvar(~income+age+incidents, d)", '{"fn": "var", "vars": ["income", "age", "incidents"], "na_rm": true}', svyvar(~income + age + incidents, d, na.rm = TRUE))
by_case("by/means", "svyby(~income+age, ~group, d, svymean, covmat=TRUE)", '{"fn": "by", "by": ["group"], "inner": {"fn": "mean", "vars": ["income", "age"], "na_rm": true}}',
        svyby(~income + age, ~group, d, svymean, covmat = TRUE, na.rm = TRUE), c("income", "age"))
by_case("by/totals", "svyby(~victim+incidents, ~sex, d, svytotal, covmat=TRUE)", '{"fn": "by", "by": ["sex"], "inner": {"fn": "total", "vars": ["victim", "incidents"], "na_rm": true}}',
        svyby(~victim + incidents, ~sex, d, svytotal, covmat = TRUE, na.rm = TRUE), c("victim", "incidents"))
sink()
