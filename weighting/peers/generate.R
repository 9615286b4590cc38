## generate.R N [dir] - seeded person file for timing: 500 strata, 10,000 PSUs (20 per stratum), 32 regions.
## Writes CSV (fwrite) and raw little-endian columns (for bandwidth tests and for other languages).
suppressMessages(library(data.table))
a <- commandArgs(TRUE); N <- as.numeric(a[1]); dir <- if (length(a) > 1) a[2] else "perf-data"
dir.create(dir, showWarnings = FALSE); set.seed(20250101 + log10(N)); setDTthreads(2)
H <- 500L; P <- 10000L
psu <- sort(sample.int(P, N, TRUE)); stratum <- (psu - 1L) %/% 20L + 1L
region <- (stratum - 1L) %/% 16L + 1L; region[region > 32L] <- 32L
eff <- rnorm(P, 0, .35); sw <- exp(rnorm(H, 5.5, .4))
d <- data.table(stratum, psu, region, sex = sample.int(2L, N, TRUE), age = sample.int(6L, N, TRUE), educ = sample.int(4L, N, TRUE))
d[, w := round(sw[stratum] * runif(N, .7, 1.6), 3)]
base <- c(-1.1, -1.6, -2.1, -2.5, -2.9, -3.2, -3.6, -4.0, -4.4, -.3)
for (j in 1:10) d[[paste0("b", j)]] <- as.integer(runif(N) < plogis(base[j] + eff[psu] + .15 * (d$sex == 2) - .06 * d$age))
tag <- format(N, scientific = FALSE, trim = TRUE)
fwrite(d, file.path(dir, paste0("p", tag, ".csv")))
bd <- file.path(dir, paste0("p", tag, "_cols")); dir.create(bd, showWarnings = FALSE)
wr <- function(v, f, size) writeBin(v, file.path(bd, f), size = size, endian = "little")
wr(as.double(d$w), "w.f64", 8L); wr(d$psu, "psu.i32", 4L); wr(d$stratum, "stratum.i16", 2L)
for (v in c("region", "sex", "age", "educ", paste0("b", 1:10))) wr(as.integer(d[[v]]), paste0(v, ".u8"), 1L)
## margins for raking: perturbed weighted counts
mg <- rbindlist(lapply(c("region", "sex", "age", "educ"), function(v) { t <- d[, .(N = sum(w)), by = v]; setnames(t, v, "level"); t[, margin := v]; t[order(level)] }))
set.seed(99); mg[, N := round(N * exp(rnorm(.N, 0, .06)))]; tot <- mg[margin == "region", sum(N)]; mg[, N := N / sum(N) * tot, by = margin]
fwrite(mg[, .(margin, level, N)], file.path(dir, paste0("p", tag, "_margins.csv")))
cat(tag, "rows,", round(file.size(file.path(dir, paste0("p", tag, ".csv"))) / 1e6, 1), "MB csv\n")
