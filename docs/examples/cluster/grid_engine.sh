#!/bin/bash
# {{title}}
#$ -N {{name}}
#$ -S /bin/bash
#$ -j y
#$ -t {{array}}
#$ -tc {{at_once}}
#$ -q {{queue}}
#$ -P {{account}}
#$ -pe smp {{cpus}}
#$ -l h_vmem={{memory_mb}}M
#$ -l h_rt={{seconds}}
module load {{modules}}
{{preamble}}
# In the shell's place, so that the scheduler's SIGTERM reaches it.
exec {{command}} "$((SGE_TASK_ID - 1))"
